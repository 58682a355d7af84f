import { toAppError } from "@/lib/errors";
import { log } from "@/lib/log";

/** Handles its own failures as far as it can; what it throws is logged and forgotten. */
export type LaterWork = () => Promise<void>;

/** Work that no answer waits for. */
class Later {
  /** Decides when to call what it is given; a server brings it (instrumentation.ts). Without one, work waits for `settle`. */
  schedule: ((run: () => Promise<void>) => void) | null = null;
  /** Keeps this process from being frozen before something is over; a host that freezes brings it. */
  keepAwake: ((work: Promise<void>) => void) | null = null;
  private readonly waiting = new Set<LaterWork>();
  private readonly running = new Set<Promise<unknown>>();

  add(work: LaterWork): void {
    this.waiting.add(work);
    this.schedule?.(() => this.run(work));
  }

  /** Does what still waits, and returns when nothing runs any more: before a process ends, and in tests. */
  async settle(): Promise<void> {
    while (this.waiting.size + this.running.size > 0) {
      for (const work of this.waiting) void this.run(work);
      await Promise.all(this.running);
    }
  }

  private async run(work: LaterWork): Promise<void> {
    if (!this.waiting.delete(work)) return;
    const done = work()
      .catch((error: unknown) => log().warn({ code: toAppError(error).code }, "work that was left for later failed"))
      .finally(() => this.running.delete(done));
    this.running.add(done);
    await done;
  }
}

// On globalThis because each route of a build may load this module for itself, and for bin/serve.ts,
// which settles it before it exits.
const shared = globalThis as { flowlatchLater?: Later };
shared.flowlatchLater ??= new Later();
const ofProcess = shared.flowlatchLater;

/** Leaves work for after the answer. It runs once, at the latest when the server stops; a killed process loses it. */
export function later(work: LaterWork): void {
  ofProcess.add(work);
}

/** Sets when this process does what was left for later. */
export function runLater(schedule: (run: () => Promise<void>) => void): void {
  ofProcess.schedule = schedule;
}

/** Sets how a host that freezes or ends a process between two calls is told not to do so yet. */
export function keepAwakeWith(keepAwake: (work: Promise<void>) => void): void {
  ofProcess.keepAwake = keepAwake;
}

/**
 * Says that something must be brought to its end although its caller may have gone. To be called while
 * the request is being answered: nobody can be told once it is over.
 * @param work never rejects
 */
export function keepAwake(work: Promise<void>): void {
  ofProcess.keepAwake?.(work);
}

/** Does now what was left for later. */
export async function settleLater(): Promise<void> {
  await ofProcess.settle();
}
