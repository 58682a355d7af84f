import "server-only";
import { createHmac } from "node:crypto";
import { assertTurnIsNear, passwordMatches } from "@/lib/auth/password";
import { signInSchema, wrongSignIn } from "@/lib/auth/schema";
import { newestSessionSecret } from "@/lib/auth/session-secrets";
import type { Database } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { addressGroup } from "@/lib/http/address-budget";
import { parseInput } from "@/lib/parse-input";

/** Attempts before waiting starts. An office shares an address, so it gets more. */
const freeAttempts = { account: 5, address: 20 } as const;
const firstWaitSeconds = 5;
const longestWaitSeconds = 900;

type Subject = keyof typeof freeAttempts;

export interface SignInContext {
  db: Database;
  now: Date;
  /** As `callerAddress` gives it. */
  address: string | null;
}

/**
 * What an attempt counts as, of its address: IPv6 by /64, which is what one customer is given. Where no address is
 * known all callers are one, so that guessing gets slower there as well.
 */
function addressOf({ address }: SignInContext): string {
  return address === null ? "unknown" : addressGroup(address);
}

/** Neither email nor address is kept in clear. */
function subjectKey(kind: Subject, value: string): string {
  return `${kind}:${createHmac("sha256", newestSessionSecret()).update(value).digest("base64url")}`;
}

/**
 * Counts an attempt before the password is looked at, in one statement, so that parallel guesses
 * cannot slip past the count. Waits double from 5 s to 15 min and are forgotten after a quiet hour.
 * @throws AppError `too_many_attempts` with the seconds to wait
 */
async function countAttempt(ctx: SignInContext, kind: Subject, value: string): Promise<void> {
  const subject = subjectKey(kind, value);
  const counted = await ctx.db.pool.query(
    `INSERT INTO sign_in_throttle AS t (subject, failures, blocked_until, updated_at) VALUES ($1, 1, $2, $2)
     ON CONFLICT (subject) DO UPDATE SET
       failures = CASE WHEN t.updated_at < $2::timestamptz - interval '1 hour' THEN 1 ELSE t.failures + 1 END,
       blocked_until = CASE WHEN t.updated_at >= $2::timestamptz - interval '1 hour' AND t.failures + 1 >= $3::int
         THEN $2::timestamptz + make_interval(secs => least($5::int, $4::int * 2.0 ^ least(t.failures + 1 - $3::int, 20)))
         ELSE $2 END,
       updated_at = $2
     WHERE t.blocked_until <= $2
     RETURNING failures`,
    [subject, ctx.now, freeAttempts[kind], firstWaitSeconds, longestWaitSeconds],
  );
  if (counted.rowCount === 1) return;
  const blocked = await ctx.db.pool.query<{ blocked_until: Date }>(
    "SELECT blocked_until FROM sign_in_throttle WHERE subject = $1",
    [subject],
  );
  const until = blocked.rows[0]?.blocked_until ?? ctx.now;
  const seconds = Math.max(1, Math.ceil((until.getTime() - ctx.now.getTime()) / 1000));
  throw new AppError("too_many_attempts", `Too many failed sign-ins. Try again in ${inWords(seconds)}.`, {
    retryAfterSeconds: seconds,
  });
}

/** A success clears the account; the address only gets this attempt back, or one good account would buy endless guesses. */
async function forgive(ctx: SignInContext, email: string): Promise<void> {
  await ctx.db.pool.query(
    `WITH cleared AS (DELETE FROM sign_in_throttle WHERE subject = $1)
     UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0) WHERE subject = $2`,
    [subjectKey("account", email), subjectKey("address", addressOf(ctx))],
  );
}

function inWords(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

/**
 * Checks email and password. Wrong email and wrong password read alike and take as long.
 * @returns who it is, with the session epoch the new session belongs to
 * @throws AppError `invalid_input`, `unauthenticated` or `too_many_attempts`
 */
export async function checkSignIn(ctx: SignInContext, input: unknown) {
  const { email, password } = parseInput(signInSchema, input);
  // Before it counts: nobody has looked at the password then.
  assertTurnIsNear();
  await countAttempt(ctx, "address", addressOf(ctx));
  await countAttempt(ctx, "account", email);
  const user = await ctx.db.prisma.user.findFirst({
    where: { email, memberships: { some: {} } },
    select: { id: true, name: true, email: true, passwordHash: true, sessionEpoch: true },
  });
  if (!(await passwordMatches(password, user?.passwordHash || null)) || !user) {
    throw new AppError("unauthenticated", wrongSignIn);
  }
  await forgive(ctx, email);
  return { id: user.id, name: user.name, email: user.email, sessionEpoch: user.sessionEpoch };
}
