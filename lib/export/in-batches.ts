import { type Cursor, encodeCursor } from "@/lib/db/keyset";

/** Rows read at a time: what an export holds in memory, however many there are. */
export const perBatch = 500;

/**
 * All rows of a list that is read by keyset, a batch at a time as they are taken.
 * @param read the `perBatch` rows after a cursor, the first ones without one
 */
export async function* inBatches<Row>(
  cursorOf: (row: Row) => Cursor,
  read: (after: string | undefined) => Promise<Row[]>,
): AsyncGenerator<Row, void> {
  let after: string | undefined;
  for (;;) {
    const rows = await read(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < perBatch) return;
    after = encodeCursor(cursorOf(last));
  }
}
