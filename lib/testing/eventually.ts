import { setTimeout as wait } from "node:timers/promises";

/** What a search finds once there is something to find; what happens elsewhere takes its own time. */
export async function eventually<T>(find: () => T | null | undefined | Promise<T | null | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 2_000; attempt++) {
    const found = await find();
    if (found !== null && found !== undefined) return found;
    await wait(10);
  }
  throw new Error("it never came about");
}
