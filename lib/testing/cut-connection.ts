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
  let cut: Promise<unknown> = Promise.resolve();
  prototype.query = function (...args) {
    if (this === server || ++count !== nth) return query.apply(this, args);
    const { processID } = this as unknown as { processID: number };
    // The client knows of it before the statement is sent. Postgres's own wait looks every 100 ms only.
    const ended = new Promise<void>((resolve) => this.once("end", resolve));
    cut = Promise.all([query.apply(server, ["SELECT pg_terminate_backend($1)", [processID]]), ended]);
    return cut.then(() => query.apply(this, args));
  };
  try {
    await run().catch(() => {});
    return count >= nth;
  } finally {
    prototype.query = query;
    await cut;
    await server.end();
  }
}
