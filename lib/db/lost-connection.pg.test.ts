import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { toAppError } from "@/lib/errors";
import { testDatabase } from "@/lib/testing/database";

const db = await testDatabase();

test.each([
  ["between two statements of a transaction", 200],
  ["as the next statement is sent", 0],
])("a connection that is lost %s is told as a database that is away", async (_, pauseMs) => {
  const changed = db.prisma.$transaction(async (tx) => {
    const [own] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    await db.pool.query("SELECT pg_terminate_backend($1)", [own?.pid]);
    if (pauseMs) await sleep(pauseMs);
    await tx.workspace.count();
  });
  const error = await changed.catch((thrown: unknown) => thrown);
  expect(toAppError(error), String(error)).toMatchObject({ code: "database_unavailable" });
});

/** A relay before the database whose connections can be reset, as those of a machine that is gone are. */
async function relay() {
  const { hostname, port } = new URL(db.url);
  const near = new Set<Socket>();
  const server = createServer((socket) => {
    const far = connect({ host: hostname, port: Number(port || 5432) });
    near.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => far.destroy());
    far.on("error", () => socket.destroy());
    socket.pipe(far).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(db.url);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    close: () => server.close(),
    reset: () => near.forEach((socket) => void socket.resetAndDestroy()),
  };
}

test.each([
  ["while a statement of a transaction waits", "SELECT pg_sleep(20)", 200],
  ["while a transaction is committed", "SELECT 1", 0],
])("a connection that is reset %s is told as a database that is away", async (_, statement, pauseMs) => {
  const { url, reset, close } = await relay();
  const far = openDatabase(url, 1);
  try {
    const changed = far.prisma.$transaction(async (tx) => {
      await tx.$queryRawUnsafe("SELECT 1");
      const resetting = sleep(pauseMs).then(reset);
      await tx.$queryRawUnsafe(statement);
      await resetting;
    });
    const error = await changed.catch((thrown: unknown) => thrown);
    expect(toAppError(error), String(error)).toMatchObject({ code: "database_unavailable" });
  } finally {
    await closeDatabase(far);
    close();
  }
});
