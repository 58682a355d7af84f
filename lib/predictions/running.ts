import { createHash } from "node:crypto";
import type { Database } from "@/lib/db/client";
import { type EndedChat, readEndedChats } from "@/lib/predictions/ended-chats";

/** Whose chat it is: nobody ends another's answer by naming its chat. */
export interface Chat {
  chatflowId: string;
  credentialId: string;
  chatId: string;
}

/** How often, in milliseconds, an instance looks whether answers of its own were ended at another. */
const lookEveryMs = 1_000;
/** From when on an answer lasts, and is worth a look: a little less, as a timer may ring a moment early. */
const lastsMs = 900;

interface Running {
  end(): void;
  /** Milliseconds of `performance.now()`. */
  startedAt: number;
}

// On globalThis because each route of a build may load this module for itself.
const shared = globalThis as {
  flowlatchRunning?: { answers: Map<string, Set<Running>>; watch: NodeJS.Timeout | null };
};
shared.flowlatchRunning ??= { answers: new Map(), watch: null };
const running = shared.flowlatchRunning;

/** What a chat is called where every instance can read it: a digest, as a caller's id may say anything. */
export function chatDigest({ chatflowId, credentialId, chatId }: Chat): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([chatflowId, credentialId, chatId]))
    .digest();
}

const nameOf = (digest: Uint8Array) => Buffer.from(digest).toString("base64");

/** An answer that is under way on this instance. */
export interface RunningAnswer {
  /** Aborts when its caller hangs up or asks for its end. */
  signal: AbortSignal;
  /** Whether its caller asked for its end, and so waits to be told of it. */
  wasEnded(): boolean;
  /** To be called when the answer is over, however it came to that. */
  over(): void;
}

/**
 * Notes an answer that is about to begin, so that `endAnswers` finds it. One that lasts longer than a second
 * costs a statement a second, together with all others of this instance.
 */
export function startRunning(db: Database, chat: Chat, hungUp: AbortSignal): RunningAnswer {
  const name = nameOf(chatDigest(chat));
  const controller = new AbortController();
  // By hand and not by `AbortSignal.any`: Node keeps such a signal for as long as somebody listens to it.
  const hangUp = () => controller.abort(hungUp.reason);
  hungUp.addEventListener("abort", hangUp, { once: true });
  if (hungUp.aborted) hangUp();
  let wasEnded = false;
  const end = () => {
    wasEnded = true;
    controller.abort();
  };
  const answer = { end, startedAt: performance.now() };
  const answers = running.answers.get(name) ?? new Set();
  running.answers.set(name, answers.add(answer));
  watch(db);
  return {
    signal: controller.signal,
    wasEnded: () => wasEnded,
    over() {
      hungUp.removeEventListener("abort", hangUp);
      answers.delete(answer);
      if (answers.size === 0 && running.answers.get(name) === answers) running.answers.delete(name);
    },
  };
}

/** How many answers are under way on this instance. */
export function answersUnderWay(): number {
  let count = 0;
  for (const answers of running.answers.values()) count += answers.size;
  return count;
}

/**
 * Ends the answers of a chat that are under way on this instance. What was said of them is recorded, as when
 * the caller hangs up.
 * @param agoMs how long ago their end was asked for, in milliseconds: what began since goes on
 * @returns how many there were
 */
export function endAnswers(chat: Uint8Array, agoMs = 0, now = performance.now()): number {
  const answers = [...(running.answers.get(nameOf(chat)) ?? [])].filter(({ startedAt }) => now - startedAt >= agoMs);
  for (const { end } of answers) end();
  return answers.length;
}

/** Goes on for as long as something is being answered. */
function watch(db: Database): void {
  running.watch ??= setTimeout(async () => {
    await lookForEnds(db);
    running.watch = null;
    if (running.answers.size > 0) watch(db);
  }, lookEveryMs).unref();
}

async function lookForEnds(db: Database): Promise<void> {
  const now = performance.now();
  const lasts = ({ startedAt }: Running) => now - startedAt >= lastsMs;
  const lasting = [...running.answers].filter(([, answers]) => [...answers].some(lasts));
  if (lasting.length === 0) return;
  // Without a database the answers go on; the next look may find it.
  const ended: EndedChat[] = await readEndedChats(
    db,
    lasting.map(([name]) => Buffer.from(name, "base64")),
  ).catch(() => []);
  for (const { chat, agoMs } of ended) endAnswers(chat, agoMs, now);
}
