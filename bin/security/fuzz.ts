import fc from "fast-check";
import { actionsOf, everyRow, pathsOf } from "@/e2e/build-inventory";
import { memoryOf } from "../bench/processor-time.ts";
import { root } from "../deployment.ts";
import { type Answer, exchange } from "./exchange.ts";
import { type HostileRequest, hostileRequest, type Known } from "./hostile-request.ts";
import type { Stage } from "./stage.ts";

const atOnce = 16;
const batchSize = 1_000;
/** A machine that does other things besides may take its time; a request that nobody answers takes for ever. */
const boundMs = 20_000;
/**
 * Resident memory, what was freed and not given back included: 12,000 requests take 360, 100,000 take 430. One that left
 * five kilobytes behind would double that.
 */
const mostGrowthMiB = 600;

/** A request that was answered as none may be. */
export interface Finding {
  what: string;
  seed: number;
  index: number;
  request: string;
  answer: string;
}

/** What a run of hostile requests came to. */
export interface Fuzzed {
  requests: number;
  findings: Finding[];
  /** How often each status was answered; 0 is a connection that was closed without a word. */
  statuses: Map<number, number>;
  /** Tables that strangers have changed. */
  changed: string[];
  /** Resident memory of the server before and after, in MiB. */
  memory: [number, number];
}

/** What tells of the inside: a stack, a path of this machine, a statement or a table. */
function leakIn(text: string, { secrets, attacked, good }: Stage): string | null {
  if (secrets.some((secret) => text.includes(secret))) return "a secret";
  if ([attacked.token, good.token].some((token) => text.includes(token))) return "a token";
  if (text.includes(root) || /\/node_modules\/|file:\/\/\//.test(text)) return "a path of this machine";
  if (/\n\s+at .+:\d+:\d+/.test(text)) return "a stack";
  if (/api_key_secret|prisma\.|\bSELECT .+ FROM "|INSERT INTO "/i.test(text)) return "a statement";
  return null;
}

/** What is wrong with an answer, if anything is. */
function faultOf({ isHanging, statuses, text }: Answer, stage: Stage): string | null {
  if (isHanging) return "no answer in time";
  // There is no upstream here that could be at fault, and the database is there.
  const broken = statuses.find((status) => status >= 500);
  if (broken) return `status ${broken}`;
  const leak = leakIn(text, stage);
  return leak && `${leak} in the answer`;
}

/** @throws Error when a call that should be answered is not */
async function expectGoodCall({ app, good }: Stage): Promise<void> {
  const response = await fetch(`${app.url}/api/v1/prediction/${good.chatflowId}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${good.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ question: "When does the workshop open?" }),
    signal: AbortSignal.timeout(boundMs),
  });
  if (response.status !== 200) throw new Error(`A good call was answered with ${response.status}.`);
}

/** The requests of a seed, in an order that does not depend on how many there are. */
function* requestsOf(known: Known, seed: number, count: number): Generator<[HostileRequest, number]> {
  const arbitrary = hostileRequest(known);
  for (let begin = 0; begin < count; begin += batchSize) {
    const batch = fc.sample(arbitrary, { seed: seed + begin, numRuns: batchSize });
    for (const [offset, request] of batch.slice(0, count - begin).entries()) yield [request, begin + offset];
  }
}

async function attack(stage: Stage, known: Known, seed: number, count: number, fuzzed: Fuzzed): Promise<void> {
  const requests = requestsOf(known, seed, count);
  const worker = async () => {
    for (const [request, index] of requests) {
      const answer = await exchange(stage.port, request.bytes, request.isCut, boundMs);
      for (const status of answer.statuses.length > 0 ? answer.statuses : [0]) {
        fuzzed.statuses.set(status, (fuzzed.statuses.get(status) ?? 0) + 1);
      }
      fuzzed.requests++;
      const what = faultOf(answer, stage);
      if (!what) continue;
      const shown = { request: request.bytes.toString("latin1"), answer: answer.text };
      fuzzed.findings.push({ what, seed, index, ...shown });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** What anybody's calls may change: they are counted, so that guessing is slowed down and told of. */
const ofStrangers = new Set(["sign_in_throttle", "refused_call"]);

/**
 * Sends hostile requests to every page, route and server action of the build: four in five as a stranger, the
 * others with a key and as a signed-in owner, who get further.
 * @throws Error when a good call is not answered afterwards
 */
export async function fuzz(stage: Stage, seed: number, count: number): Promise<Fuzzed> {
  const { chatflowId, keyId, token } = stage.attacked;
  // The owner is to stay signed in until the end.
  const actions = actionsOf(chatflowId).filter(({ name }) => !/signOut/i.test(name));
  const known = (credentials: string[]) => ({
    pages: pathsOf("page"),
    routes: pathsOf("route"),
    ids: [chatflowId, keyId],
    actions,
    credentials,
  });
  const fuzzed: Fuzzed = { requests: 0, findings: [], statuses: new Map(), changed: [], memory: [0, 0] };
  await expectGoodCall(stage);
  const insiders = Math.floor(count / 5);
  // What is loaded on first use is not growth.
  const warmUp = Math.min(2_000, Math.floor(count / 5));
  const before = await everyRow(stage.db.pool);
  await attack(stage, known([]), seed + 1, warmUp, fuzzed);
  fuzzed.memory[0] = memoryMiB(stage);
  await attack(stage, known([]), seed, count - insiders - warmUp, fuzzed);
  const after = await everyRow(stage.db.pool);
  fuzzed.changed = Object.keys(after).filter((name) => before[name] !== after[name] && !ofStrangers.has(name));
  await attack(stage, known([`Authorization: Bearer ${token}`, stage.cookie]), seed, insiders, fuzzed);
  await expectGoodCall(stage);
  fuzzed.memory[1] = memoryMiB(stage);
  return fuzzed;
}

const memoryMiB = ({ app }: Stage) => Math.round(memoryOf(app.pid ?? 0) / 1024 ** 2);

/** Whether a server's memory has grown beyond what a few caches explain. */
export function hasGrown({ memory: [before, after] }: Fuzzed): boolean {
  return after - before > mostGrowthMiB;
}
