/** Look-ups of strangers that may be under way at once: with two, good calls among a crowd took half as long again. */
const width = 1;
/** Milliseconds after a refused stranger while others are let in, who would wait for what the next refusal costs. */
const pauseMs = 2;
/** For how many milliseconds callers who were let in count as being at work. */
const atWorkMs = 100;
/** Milliseconds after which a stranger waits no longer: where look-ups hang, each is told of it, at most so much later. */
const longestWaitMs = 1_000;
/** Most callers remembered; about 100 bytes each. */
const capacity = 10_000;

/**
 * The order in which one process's callers are looked up: who was let in lately at once, all others one after
 * the other, and with a pause after each that is refused where somebody was let in just now. So a crowd that shows
 * bad tokens, or none, as fast as it is refused takes turns among itself, and calls that work overtake it. Nobody is
 * let in or refused by this: that is for the statement, each time.
 */
export class Strangers {
  /** Who was let in; the one that was quiet longest comes first. */
  private readonly known = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private underWay = 0;
  /** When somebody was let in last, in milliseconds of `performance.now()`. */
  private workedAt = Number.NEGATIVE_INFINITY;

  /**
   * Looks a caller up when it is their turn.
   * @param caller what tells callers apart
   * @param worked whether this answer is one of somebody who may be expected to be let in again
   * @throws whatever `lookUp` throws
   */
  async inTurn<T>(caller: string, lookUp: () => Promise<T>, worked: (found: T) => boolean): Promise<T> {
    const isStranger = !this.known.has(caller);
    if (isStranger) await this.turn();
    let isLetIn = false;
    try {
      const found = await lookUp();
      isLetIn = worked(found);
      this.known.delete(caller);
      if (isLetIn) this.remember(caller);
      return found;
    } finally {
      if (isStranger) this.leave(isLetIn);
    }
  }

  private async turn(): Promise<void> {
    if (this.underWay < width) {
      this.underWay += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.waiting.delete(go);
        this.underWay += 1;
        resolve();
      };
      const timer = setTimeout(go, longestWaitMs);
      this.waiting.add(go);
    });
  }

  private leave(isLetIn: boolean): void {
    const isAnybodyAtWork = performance.now() - this.workedAt < atWorkMs;
    if (!isLetIn && isAnybodyAtWork) setTimeout(() => this.next(), pauseMs);
    else this.next();
  }

  private next(): void {
    this.underWay -= 1;
    const [first] = this.waiting;
    if (this.underWay < width) first?.();
  }

  private remember(caller: string): void {
    this.known.add(caller);
    this.workedAt = performance.now();
    const [quietest] = this.known;
    if (this.known.size > capacity && quietest !== undefined) this.known.delete(quietest);
  }
}

const shared = globalThis as { flowlatchStrangers?: Strangers };
// On globalThis because each route of a build may load this module for itself.
shared.flowlatchStrangers ??= new Strangers();

/** This process's. */
export const strangers = shared.flowlatchStrangers;
