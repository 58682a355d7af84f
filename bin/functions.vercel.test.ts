import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openingQuestion } from "@/lib/testing/call";
import { startCollector } from "@/lib/testing/collector";
import { testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { makePdf } from "@/lib/testing/pdf";
import { never, startProviderServer } from "@/lib/testing/provider-server";
import { type RunningFunction, startFunction } from "@/lib/testing/vercel/function";
import { functionConfig, routesOf } from "@/lib/testing/vercel/output";

const output = inject("vercelOutput");
const db = await testDatabase({ emptyBeforeEach: false });
const guarded = await createGuardedChatflow(db);

const domain = "keys.example.com";
const secrets = ["FLOWLATCH_SESSION_SECRET", "FLOWLATCH_PEPPER", "FLOWLATCH_ENCRYPTION_KEY"];
const environment = {
  ...Object.fromEntries(secrets.map((name) => [name, process.env[name] ?? ""])),
  DATABASE_URL: db.url,
  VERCEL_PROJECT_PRODUCTION_URL: domain,
};

const started: RunningFunction[] = [];
afterAll(async () => void (await Promise.all(started.map((running) => running.kill()))));

async function start(route: string, added: Record<string, string> = {}): Promise<RunningFunction> {
  const running = await startFunction({ output, route, environment: { ...environment, ...added } });
  started.push(running);
  return running;
}

/** Starts a route's function and tells of its size and how long its first answer took. */
async function startCold(route: string, first: (running: RunningFunction) => Promise<Response>) {
  const running = await start(route);
  const begun = performance.now();
  const response = await first(running);
  const [load, answer] = [running.loadMs, performance.now() - begun].map(Math.round);
  const size = (running.size / 1024 / 1024).toFixed(1);
  process.stdout.write(`/${route}: ${size} MB, loaded in ${load} ms, first answer after ${answer} ms more\n`);
  return { running, response };
}

async function sessionCookie(): Promise<string> {
  const { actor } = guarded.ctx;
  const sub = actor.kind === "operator" ? actor.userId : "";
  const secret = process.env.FLOWLATCH_SESSION_SECRET ?? "";
  return `__Host-flowlatch.session=${await encode({ token: { sub, sessionEpoch: 0 }, secret })}`;
}

const predictionRoute = "api/v1/prediction/[chatflowId]";

function ask(running: RunningFunction, chatflowId: string, token: string | null, body: object, signal?: AbortSignal) {
  return fetch(`${running.url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
}

describe("the functions that Vercel runs", () => {
  test("hold nothing of the machine they were built on: no embedded database, no Node, no migrations", () => {
    const files = routesOf(output).flatMap((route) => Object.keys(functionConfig(output, route).filePathMap));
    expect(files.length).toBeGreaterThan(1_000);
    expect(files.filter((file) => /pglite|schema-engine|node-linux|^bin\/|^\.data|\.env/.test(file))).toEqual([]);
  });

  test("end with their caller where answers stream, and nowhere else: what changes something is finished", () => {
    const cancelled = routesOf(output).filter((route) => functionConfig(output, route).supportsCancellation);
    expect(cancelled.sort()).toEqual([
      "api/mcp/[chatflowId]",
      "api/openai/v1/chat/completions",
      "api/openai/v1/responses",
      "api/v1/prediction/[chatflowId]",
      "chatflows/[id]/try",
    ]);
    for (const route of cancelled) expect(functionConfig(output, route).maxDuration).toBe(300);
  });

  test("answer with the sign-in page", async () => {
    const { response } = await startCold("login", ({ url }) => fetch(`${url}/login`));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Sign in");
  });

  test("show the keys page to an operator, and to nobody else", async () => {
    const { running, response } = await startCold("keys", ({ url }) => fetch(`${url}/keys`, { redirect: "manual" }));
    expect([response.status, response.headers.get("location")]).toEqual([307, "/login"]);
    const page = await fetch(`${running.url}/keys`, { headers: { Cookie: await sessionCookie() } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(guarded.key.name);
  });

  test("read a PDF and a web page in a thread of their own", async () => {
    const running = await start("chatflows/[id]/documents");
    const headers = { Cookie: await sessionCookie(), Origin: `https://${domain}` };
    const send = async (name: string, contentType: string, body: BodyInit) => {
      const url = `${running.url}/chatflows/${guarded.chatflowId}/documents?name=${name}`;
      const answer = await fetch(url, { method: "POST", headers: { ...headers, "Content-Type": contentType }, body });
      return [answer.status, answer.status === 200 ? "" : await answer.text()];
    };
    expect(await send("prices.pdf", "application/pdf", makePdf([["A new saddle costs forty euros."]]))).toEqual([
      200,
      "",
    ]);
    expect(await send("team.html", "text/html", "<h1>Team</h1><p>Olga repairs brakes.</p>")).toEqual([200, ""]);
    const { rows } = await db.pool.query("SELECT FROM passage WHERE content ~ 'forty euros|Olga repairs'");
    expect(rows).toHaveLength(2);
  });
});

describe("the prediction function", () => {
  let running: RunningFunction;

  beforeAll(async () => {
    const { chatflowId, key } = guarded;
    const cold = await startCold(predictionRoute, (cold) =>
      ask(cold, chatflowId, key.token, { question: openingQuestion }),
    );
    running = cold.running;
    expect(cold.response.status).toBe(200);
    expect((await cold.response.json()).text).toContain("opens at nine");
  });

  test("streams an answer word by word", async () => {
    const body = { question: openingQuestion, streaming: true };
    const answer = await ask(running, guarded.chatflowId, guarded.key.token, body);
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = await answer.text();
    expect(text.match(/"event":"token"/g)?.length).toBeGreaterThan(1);
    expect(text).toContain('"event":"end"');
  });

  test("refuses a call, and has written it down before it may be frozen", async () => {
    const refusing = await start(predictionRoute);
    const idle = refusing.idle();
    const answer = await ask(refusing, guarded.chatflowId, null, { question: openingQuestion });
    expect(answer.status).toBe(401);
    const { requestId } = (await answer.json()) as { requestId: string };
    await idle;
    await refusing.kill();
    expect(await db.prisma.refusedCall.findMany({ where: { requestId }, select: { reason: true } })).toEqual([
      { reason: "no_token" },
    ]);
  });

  test("has delivered a call's trace before it may be frozen", async () => {
    const collector = await startCollector();
    const traced = await start(predictionRoute, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const idle = traced.idle();
    const answer = await ask(traced, guarded.chatflowId, guarded.key.token, { question: openingQuestion });
    expect(answer.status).toBe(200);
    await answer.text();
    await idle;
    await traced.kill();
    expect(collector.spans().map(({ name }) => name)).toEqual([
      "verify",
      "engine",
      "record",
      expect.stringMatching(/^POST/),
    ]);
    await collector.close();
  });

  test("records what it had said when its caller hung up, before it may be ended", async () => {
    const provider = await startProviderServer();
    try {
      const { chatflowId, key } = await createModelChatflow(db, provider.url);
      provider.reply({ steps: ["Hello", never] });
      const ending = await start(predictionRoute, { FLOWLATCH_ALLOW_PRIVATE_UPSTREAMS: "true" });
      const caller = new AbortController();
      const answer = await ask(ending, chatflowId, key.token, { question: "Hello?", streaming: true }, caller.signal);
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let said = ""; !said.includes('"Hello"'); ) said += (await reader?.read())?.value ?? "";
      const idle = ending.idle();
      caller.abort();
      await idle;
      await ending.kill();
      await eventually(() => provider.received[0]?.hungUpAt);
      const recorded = await db.prisma.prediction.findMany({
        where: { chatflowId },
        select: { answer: true, status: true },
      });
      expect(recorded).toEqual([{ answer: "Hello", status: "aborted" }]);
    } finally {
      await provider.close();
    }
  });

  test("calls no provider on its own machine unless it was told that it may", async () => {
    const provider = await startProviderServer();
    const { chatflowId, key } = await createModelChatflow(db, provider.url);
    const answer = await ask(running, chatflowId, key.token, { question: "Hello?" });
    expect(answer.status).toBe(502);
    expect(provider.received).toEqual([]);
    await provider.close();
  });
});

test("the cron function does the maintenance, and closes its connections before it may be frozen", async () => {
  const CRON_SECRET = "cron-secret-of-the-tests-0123";
  // By these two @vercel/functions knows that it runs there.
  const there = { VERCEL_URL: domain, VERCEL_REGION: "iad1", DATABASE_URL: `${db.url}?application_name=cron` };
  const running = await start("api/cron/cleanup", { CRON_SECRET, ...there });
  const idle = running.idle();
  const answer = await fetch(`${running.url}/api/cron/cleanup`, {
    headers: { Authorization: `Bearer ${CRON_SECRET}` },
  });
  expect([answer.status, await answer.json()]).toMatchObject([200, { failed: [], isComplete: true }]);
  const open = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cron'";
  expect((await db.pool.query(open)).rowCount).toBeGreaterThan(0);
  await idle;
  expect((await db.pool.query(open)).rowCount).toBe(0);
});
