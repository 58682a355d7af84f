/** Whose chat it is: nobody ends another's answer by naming its chat. */
export interface Chat {
  chatflowId: string;
  credentialId: string;
  chatId: string;
}

// On globalThis because each route of a build may load this module for itself.
const shared = globalThis as { flowlatchRunning?: Map<string, Set<AbortController>> };
shared.flowlatchRunning ??= new Map();
const running = shared.flowlatchRunning;

const keyOf = ({ chatflowId, credentialId, chatId }: Chat) => JSON.stringify([chatflowId, credentialId, chatId]);

/** An answer that is under way on this instance. */
export interface RunningAnswer {
  /** Aborts when its caller hangs up or asks for its end. */
  signal: AbortSignal;
  /** Whether its caller asked for its end, and so waits to be told of it. */
  wasEnded(): boolean;
  /** To be called when the answer is over, however it came to that. */
  over(): void;
}

/** Notes an answer that is about to begin, so that `endAnswers` finds it. */
export function startRunning(chat: Chat, hungUp: AbortSignal): RunningAnswer {
  const key = keyOf(chat);
  const controller = new AbortController();
  const answers = running.get(key) ?? new Set();
  running.set(key, answers.add(controller));
  return {
    signal: AbortSignal.any([hungUp, controller.signal]),
    wasEnded: () => controller.signal.aborted,
    over() {
      answers.delete(controller);
      if (answers.size === 0 && running.get(key) === answers) running.delete(key);
    },
  };
}

/**
 * Ends the answers of a chat that are under way on this instance. What was said of them is recorded, as when
 * the caller hangs up.
 * @returns how many there were
 */
export function endAnswers(chat: Chat): number {
  const answers = [...(running.get(keyOf(chat)) ?? [])];
  for (const controller of answers) controller.abort();
  return answers.length;
}
