import { Client } from "pg";

/** Runs something; before the first statement that holds this text is sent, does something else and waits for it. */
export async function beforeStatement<Result>(
  text: string,
  first: () => Promise<unknown>,
  run: () => Promise<Result>,
): Promise<Result> {
  const prototype = Client.prototype as unknown as { query(...args: unknown[]): unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [sent] = args as [string | { text: string }];
    if (!(typeof sent === "string" ? sent : sent.text).includes(text)) return query.apply(this, args);
    prototype.query = query;
    return first().then(() => query.apply(this, args));
  };
  try {
    return await run();
  } finally {
    prototype.query = query;
  }
}
