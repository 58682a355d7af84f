import { startFlowiseServer } from "../lib/testing/flowise-server";
import { test as base } from "./fixtures";

export type FlowiseServer = Awaited<ReturnType<typeof startFlowiseServer>>;

/** Journeys with somebody's Flowise server, and nothing of it left in the database afterwards. */
export const test = base.extend<{ leaveNoFlows: undefined; flowise: FlowiseServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a function asks for from its pattern
  flowise: async ({}, use) => {
    const server = await startFlowiseServer();
    await use(server);
    await server.close();
  },
  leaveNoFlows: [
    async ({ db }, use) => {
      await use(undefined);
      await db.query("DELETE FROM chatflow WHERE engine->>'kind' = 'flowise'");
      await db.query("DELETE FROM api_key WHERE token_source IS NOT NULL OR name IN ('Flowlatch', 'Gateway')");
      await db.query("DELETE FROM provider WHERE kind = 'flowise'");
    },
    { auto: true },
  ],
});
