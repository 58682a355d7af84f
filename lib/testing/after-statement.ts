import { Client } from "pg";

/** Runs something; as soon as a statement that holds this text has its answer, before anybody reads it, reacts. */
export async function afterStatement(text: string, react: () => void, run: () => Promise<unknown>): Promise<void> {
  const prototype = Client.prototype as unknown as { query(...args: unknown[]): unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [sent] = args as [string | { text: string }];
    const sql = typeof sent === "string" ? sent : sent.text;
    const answered = args.at(-1);
    // The pool passes a callback.
    if (sql.includes(text) && typeof answered === "function") {
      args[args.length - 1] = (...results: unknown[]) => {
        react();
        answered(...results);
      };
    }
    return query.apply(this, args);
  };
  try {
    await run();
  } finally {
    prototype.query = query;
  }
}
