import { expect, test } from "vitest";
import { testDatabase } from "@/lib/testing/database";

const db = await testDatabase();

test("each test starts on empty tables, the audit trail's too", async () => {
  expect(await db.prisma.auditEvent.count()).toBe(0);
  expect(await db.prisma.workspace.count()).toBe(0);
});

test.each([1, 300_000])(
  "clients at the same time get their own answers, with parameters of %i characters",
  async (size) => {
    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, n) => {
        const own = String(n).padStart(size, "x");
        if (n % 3 === 0) return (await db.pool.query("SELECT $1::text AS a", [own])).rows[0].a === own;
        if (n % 3 === 1) return (await db.pool.query("SELECT $1::int + $2::int AS b", [n, 1])).rows[0].b === n + 1;
        const { rows } = await db.pool.query("SELECT $2::text AS c, $1::int AS d", [n, own]);
        return rows[0].c === own && rows[0].d === n;
      }),
    );
    expect(answers.every(Boolean)).toBe(true);
  },
);

test("transactions of several clients are kept apart", async () => {
  const counts = await Promise.all(
    Array.from({ length: 8 }, async (_, n) =>
      db.prisma.$transaction(async (tx) => {
        await tx.workspace.create({ data: { id: crypto.randomUUID(), slug: `w-${n}`, name: "x".repeat(100_000) } });
        return await tx.workspace.count({ where: { slug: `w-${n}` } });
      }),
    ),
  );
  expect(counts).toEqual(Array(8).fill(1));
  expect(await db.prisma.workspace.count()).toBe(8);
});

test("a client that leaves in the middle of a statement holds nobody up", async () => {
  const client = await db.pool.connect();
  client.on("error", () => {});
  const { stream } = (client as unknown as { connection: { stream: import("node:net").Socket } }).connection;
  // A Parse message ("SELECT 1", unnamed) that no Sync follows.
  const text = Buffer.from("\0SELECT 1\0\0\0", "latin1");
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length + 4);
  stream.write(Buffer.concat([Buffer.from("P"), length, text]));
  const waiting = db.pool.query("SELECT $1::int AS one", [1]);
  setTimeout(() => stream.destroy(), 100);
  expect((await waiting).rows[0].one).toBe(1);
  client.release(true);
});
