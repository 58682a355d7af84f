import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { verifyCall } from "@/lib/api-keys/verify";
import { openPrediction } from "@/lib/predictions/predict";
import { parsePrediction } from "@/lib/predictions/schema";
import { afterStatement } from "@/lib/testing/after-statement";
import { openingQuestion, predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { serveRoutes } from "@/lib/testing/serve-routes";
import { untraced } from "@/lib/tracing/trace";

const db = await testDatabase();
let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
beforeEach(async () => {
  guarded = await createGuardedChatflow(db);
});

async function open(signal: AbortSignal) {
  const request = parsePrediction({ question: openingQuestion, streaming: true });
  const { chatflowId, key } = guarded;
  const now = new Date();
  const grant = await verifyCall(db, { chatflowId, token: key.token as never, sessionId: null, address: null }, now);
  const startedAt = performance.now();
  const call = { db, now, startedAt, requestId: "test-request", trace: untraced, signal, address: null, request };
  return openPrediction({ ...call, endableAs: request.chatId }, grant);
}

/** The one recorded prediction; a hang-up is recorded a moment after the client has left. */
async function recorded() {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const rows = await db.prisma.prediction.findMany();
    if (rows.length > 0) {
      await wait(50);
      expect(await db.prisma.prediction.count()).toBe(1);
      return rows[0];
    }
    await wait(20);
  }
  throw new Error("nothing was recorded");
}

test("a client that hangs up in the middle of a stream is recorded as aborted, with what it was sent", async () => {
  const hungUp = new AbortController();
  const { events } = await open(hungUp.signal);
  const first = await events.next();
  hungUp.abort();
  expect(await recorded()).toMatchObject({
    status: "aborted",
    answer: first.value && "text" in first.value ? first.value.text : "",
  });
  expect((await events.next()).done).toBe(true);
});

test("a client that hangs up before anything is read is recorded, once", async () => {
  const hungUp = new AbortController();
  const { events } = await open(hungUp.signal);
  hungUp.abort();
  await events.return?.();
  expect(await recorded()).toMatchObject({ status: "aborted" });
});

test("a client that is gone before the engine starts is recorded, and the engine does not search", async () => {
  const { events } = await open(AbortSignal.abort());
  expect((await events.next()).done).toBe(true);
  expect(await recorded()).toMatchObject({ status: "aborted", answer: "", firstTokenMs: null });
});

test("a socket that closes in the middle of a stream is recorded as aborted", async () => {
  const server = await serveRoutes();
  // Enough text that it does not fit into the socket's buffers.
  const text = "workshop opening ".repeat(400_000);
  await db.prisma.passage.updateMany({ where: { ordinal: 0 }, data: { content: `The workshop opens. ${text}` } });
  const response = await fetch(`${server.url}/api/v1/prediction/${guarded.chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${guarded.key.token}` },
    body: JSON.stringify({ question: openingQuestion, streaming: true }),
  });

  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  const row = await recorded();
  expect(row).toMatchObject({ status: "aborted" });
  expect(row?.answer.length).toBeGreaterThan(0);
  await server.close();
}, 60_000);

test("a client that hangs up while a long answer is put together as JSON is recorded as aborted", async () => {
  const text = "workshop opening ".repeat(20_000);
  await db.prisma.passage.updateMany({ where: { ordinal: 0 }, data: { content: `The workshop opens. ${text}` } });
  const hungUp = new AbortController();
  const { chatflowId, key } = guarded;
  // In the next turn of the event loop after the search: when a socket's closing would be heard.
  const hangUp = () => setImmediate(() => hungUp.abort());
  await afterStatement("passage", hangUp, () =>
    predict(chatflowId, { token: key.token, signal: hungUp.signal }).catch(() => {}),
  );
  const row = await recorded();
  expect(row).toMatchObject({ status: "aborted" });
  expect(row?.answer.length).toBeLessThan(text.length);
});

test("a stream whose prediction cannot be recorded ends in an error frame, and JSON in 503", async () => {
  const { chatflowId, key } = guarded;
  await db.pool.query("ALTER TABLE usage_hour RENAME TO usage_hour_away");
  try {
    const call = (streaming: boolean) =>
      predict(chatflowId, { token: key.token, body: { question: openingQuestion, streaming } });
    const streamed = await (await call(true)).text();
    expect(streamed).toContain('"event":"token"');
    expect(streamed).not.toContain('"event":"metadata"');
    expect(streamed).toMatch(
      /\{"event":"error","data":"[^"]+"\}\n\nmessage:\ndata:\{"event":"end","data":"\[DONE\]"\}\n\n$/,
    );
    expect(streamed).not.toContain("usage_hour");
    const answered = await call(false);
    expect(answered.status).toBe(503);
    expect(await answered.text()).not.toMatch(/usage_hour|nine/);
  } finally {
    await db.pool.query("ALTER TABLE usage_hour_away RENAME TO usage_hour");
  }
  expect(await db.prisma.prediction.count()).toBe(0);
});

test("a chatflow that is deleted while it answers leaves no error behind", async () => {
  const { events } = await open(new AbortController().signal);
  await db.prisma.chatflow.delete({ where: { id: guarded.chatflowId } });
  for await (const _ of events);
  expect(await db.prisma.prediction.count()).toBe(0);
});

// Last: there is no database after it.
test("when the database goes away the answer is 503, streamed or not, and a running stream ends in an error", async () => {
  const { events } = await open(new AbortController().signal);
  await events.next();
  await db.takeAway();
  await expect(Array.fromAsync(events)).rejects.toBeDefined();

  const { chatflowId, key } = guarded;
  for (const streaming of [false, true]) {
    const response = await predict(chatflowId, { token: key.token, body: { question: openingQuestion, streaming } });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.text()).toMatch(/database_unavailable/);
  }
});
