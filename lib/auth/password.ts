import "server-only";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import bcrypt from "bcryptjs";
import { AppError } from "@/lib/errors";

/** 2^12 rounds: about 300 ms of one core, the attacker's price for each guess at a stolen table. */
const cost = 12;

let estimator: ZxcvbnFactory | undefined;

/**
 * Refuses passwords that are on lists of leaked ones, or made of such, of the person's own name, or
 * of runs and repeats (NIST SP 800-63B §5.1.1.2).
 * @param personal what an attacker would try first: name, email
 * @throws AppError `invalid_input` for the field `password`
 */
export function assertHardToGuess(password: string, personal: string[]): void {
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const words = personal.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  const { score } = estimator.check(password, words);
  if (score >= 2) return;
  throw new AppError(
    "invalid_input",
    "That password is easy to guess: it is common, or made of a name, a run or a repeat. Try four unrelated words.",
    { field: "password" },
  );
}

/** bcrypt hash of a password that `passwordSchema` has accepted. */
export async function hashPassword(password: string): Promise<string> {
  return await bcrypt.hash(password, cost);
}

/** A hash nobody has the password of, so that an unknown email costs as much time as a known one. */
let decoy: Promise<string> | undefined;

/** Comparisons that have not ended, in this process: the last of so many takes a few seconds. */
const mostCompared = 10;
let compared = 0;
/** The last of them. */
let last: Promise<unknown> = Promise.resolve();

/** @throws AppError `too_many_attempts` when so many wait that another one would have to wait for long */
export function assertTurnIsNear(): void {
  if (compared < mostCompared) return;
  const message = "Too many people are signing in right now. Try again in a few seconds.";
  throw new AppError("too_many_attempts", message, { retryAfterSeconds: 5 });
}

/**
 * Whether the password belongs to the hash. Takes as long when there is no hash. Comparisons take turns: a crowd of
 * them would make every prediction of this process wait for a step of each.
 * @throws AppError as `assertTurnIsNear`
 */
export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  assertTurnIsNear();
  compared += 1;
  const own = last.then(() => compare(password, hash));
  last = own.catch(() => {}).finally(() => (compared -= 1));
  return await own;
}

async function compare(password: string, hash: string | null): Promise<boolean> {
  decoy ??= hashPassword(crypto.randomUUID());
  const matches = await bcrypt.compare(password, hash ?? (await decoy));
  return hash !== null && matches;
}
