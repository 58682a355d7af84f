import { Client } from "pg";

export interface SentStatement {
  text: string;
  values: unknown[];
}

/** Runs something and returns what reached the driver meanwhile, on any connection of this process. */
export async function sentStatements(run: () => Promise<unknown>): Promise<SentStatement[]> {
  const statements: SentStatement[] = [];
  const prototype = Client.prototype as unknown as { query(...args: unknown[]): unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first, values = []] = args as [string | { text: string; values?: unknown[] }, unknown[] | undefined];
    const sent =
      typeof first === "string" ? { text: first, values } : { text: first.text, values: first.values ?? values };
    // What is sent once more because a connection had not kept it (lib/db/prepared.ts) is the same statement.
    const isAgain = values.length > 0 && statements.some((one) => one.text === sent.text && one.values === sent.values);
    if (!isAgain) statements.push(sent);
    return query.apply(this, args);
  };
  try {
    await run();
  } finally {
    prototype.query = query;
  }
  return statements;
}

/**
 * The same, as SQL alone; `BEGIN` and `COMMIT` count as well. The look at chats that were ended elsewhere does not:
 * it comes by the clock, once a second for all answers that last, and a slow machine would count it by chance.
 */
export async function statementsOf(run: () => Promise<unknown>): Promise<string[]> {
  return (await sentStatements(run)).map(({ text }) => text).filter((text) => !text.includes("FROM ended_chat"));
}
