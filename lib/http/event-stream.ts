/**
 * Text frames as a response body: pulled one by one, so that a slow reader slows the writer and a
 * reader that leaves ends it. While nothing comes, `heartbeat` is sent every `everyMs`.
 */
export function eventStream(
  frames: AsyncGenerator<string, void>,
  heartbeat: { frame: string; everyMs: number },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let pending: Promise<IteratorResult<string, void>> | null = null;
  return new ReadableStream({
    async pull(controller) {
      pending ??= frames.next();
      const next = await firstOf(pending, heartbeat.everyMs);
      if (next === null) return controller.enqueue(encoder.encode(heartbeat.frame));
      pending = null;
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await frames.return();
    },
  });
}

/** What the promise becomes, or null when that takes longer. */
async function firstOf<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, null);
  });
  return await Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
