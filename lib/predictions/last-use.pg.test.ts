import { expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createKnowledgeChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase();
const statusOf = async (chatflowId: string, token: string) => (await predict(chatflowId, { token })).status;

/** How often rows of keys and secrets are written, counted by the database itself. */
async function countWrites(run: () => Promise<unknown>): Promise<Record<string, number>> {
  await db.pool.query(`
    CREATE TABLE written (row_of TEXT NOT NULL);
    CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO written VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
    CREATE TRIGGER note_write AFTER UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION note_write();
    CREATE TRIGGER note_write AFTER UPDATE ON api_key_secret FOR EACH ROW EXECUTE FUNCTION note_write()`);
  try {
    await run();
    const { rows } = await db.pool.query("SELECT row_of, count(*)::int AS count FROM written GROUP BY row_of");
    return Object.fromEntries(rows.map(({ row_of, count }) => [row_of, count]));
  } finally {
    await db.pool.query("DROP FUNCTION note_write CASCADE; DROP TABLE written");
  }
}

test("of a hundred parallel calls with one key one writes its last use (Langflow 8361)", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const written = await countWrites(async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => statusOf(chatflowId, key.token)));
    expect(answers.every((status) => status === 200)).toBe(true);
  });
  expect(written).toEqual({ api_key: 1, api_key_secret: 1 });
});

test("while a key's row is held by somebody, calls with that key and with others are answered", async () => {
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  const otherId = await createKnowledgeChatflow(ctx, "Other");
  const other = await createApiKey(ctx, { name: "Other", chatflowId: otherId });
  expect(await statusOf(chatflowId, key.token)).toBe(200);
  const holder = await db.pool.connect();
  try {
    await holder.query("BEGIN");
    await holder.query(
      "SELECT FROM api_key k JOIN api_key_secret s ON s.api_key_id = k.id WHERE k.id = $1 FOR UPDATE",
      [key.id],
    );
    // Whatever waits for the row waits until the connection gives up, which is longer than this takes.
    const answers = await Promise.all([
      statusOf(chatflowId, key.token),
      statusOf(chatflowId, key.token),
      statusOf(otherId, other.token),
    ]);
    expect(answers).toEqual([200, 200, 200]);
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
  }
});
