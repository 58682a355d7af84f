/** Rows deleted in one transaction or statement: short enough that nobody waits behind it. */
export const rowsPerBatch = 2_000;
/** Longer than Prisma's five seconds, for a disk that is slow or busy. */
export const batchTimeoutMs = 60_000;

/** Whether there is time for another batch. */
export type MayGoOn = () => boolean;

/** As long as there is something to do. */
export const always: MayGoOn = () => true;

/**
 * Does batches until one is not full, or there is no time for another.
 * @param perBatch how many a full batch has
 * @param batch does one, and says how many it had
 * @returns how many all had
 */
export async function inBatches(
  perBatch: number,
  mayGoOn: MayGoOn,
  batch: () => Promise<number | null>,
): Promise<number> {
  let total = 0;
  while (mayGoOn()) {
    const done = (await batch()) ?? 0;
    total += done;
    if (done < perBatch) break;
  }
  return total;
}
