import { expect, test } from "vitest";
import { createChatflow } from "@/lib/chatflows/service";
import { toAppError } from "@/lib/errors";
import { createProvider, deleteProvider } from "@/lib/providers/service";
import { testDatabase } from "@/lib/testing/database";
import { operatorContext } from "@/lib/testing/fixtures";

const db = await testDatabase();
const server = { kind: "openai-compatible", baseUrl: "http://127.0.0.1:4219/v1", skipTest: true } as const;

test("a provider deleted while a chatflow is saved on it: one of the two is refused, and no chatflow is left without its provider", async () => {
  const ctx = await operatorContext(db);
  for (let n = 0; n < 40; n++) {
    const { id } = await createProvider(ctx, { ...server, name: `Server ${n}` });
    const engine = { kind: "model", providerId: id, model: "large-9" } as const;
    const results = await Promise.allSettled([
      ...[1, 2, 3].map((place) => createChatflow(ctx, { name: `Flow ${n}.${place}`, engine })),
      deleteProvider(ctx, { id }),
    ]);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [toAppError(result.reason).code] : []));
    const isDeleted = results.at(-1)?.status === "fulfilled";
    expect(refused).toEqual(isDeleted ? ["invalid_input", "invalid_input", "invalid_input"] : ["conflict"]);
  }
  const orphans = await db.pool.query(
    "SELECT 1 FROM chatflow c WHERE NOT EXISTS (SELECT 1 FROM provider p WHERE p.id::text = c.engine->>'providerId')",
  );
  expect(orphans.rowCount).toBe(0);
});
