import { Client } from "pg";

/**
 * Runs something and cuts its connection, at the server, before its nth statement.
 * @returns false when it had fewer
 */
export async function cutBefore(databaseUrl: string, nth: number, run: () => Promise<unknown>): Promise<boolean> {
  const prototype = Client.prototype as unknown as { query(this: Client, ...args: unknown[]): unknown };
  const { query } = prototype;
  const server = new Client(databaseUrl);
  await server.connect();
  let count = 0;
  prototype.query = function (...args) {
    if (this === server || ++count !== nth) return query.apply(this, args);
    const { processID } = this as unknown as { processID: number };
    const cut = query.apply(server, ["SELECT pg_terminate_backend($1, 5000)", [processID]]) as Promise<unknown>;
    return cut.then(() => query.apply(this, args));
  };
  try {
    await run().catch(() => {});
    return count >= nth;
  } finally {
    prototype.query = query;
    await server.end();
  }
}
