import { afterAll, beforeEach } from "vitest";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { startProviderServer } from "@/lib/testing/provider-server";
import { serveRoutes } from "@/lib/testing/serve-routes";

/**
 * What the test of a real client's package talks to: the API's routes and a model provider on loopback ports, one
 * database for the whole file, and the chatflow "Support" that a key guards. Each test begins without predictions and
 * with a provider that greets. Call it at the top of the file; it cleans up after itself.
 */
export async function clientStage() {
  const db = await testDatabase({ emptyBeforeEach: false });
  const server = await serveRoutes();
  const provider = await startProviderServer();
  const guarded = await createGuardedChatflow(db);
  beforeEach(async () => {
    provider.reset();
    await db.prisma.prediction.deleteMany();
  });
  afterAll(async () => {
    await server.close();
    await provider.close();
  });
  return { db, url: server.url, provider, guarded };
}
