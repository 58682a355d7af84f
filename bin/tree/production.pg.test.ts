// The tree that a container is made of, twice, behind deploy/nginx.conf and PgBouncer in transaction mode.
import { afterAll, beforeAll, expect, test } from "vitest";
import { secretNames } from "@/bin/secrets";
import { createApiKey } from "@/lib/api-keys/service";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { type AssembledTree, assembledTree, ended, TreeServer } from "@/lib/testing/assembled-tree";
import { openingQuestion } from "@/lib/testing/call";
import { startCollector } from "@/lib/testing/collector";
import { actionsOf, type SignedIn, signIn } from "@/lib/testing/dashboard-client";
import { testDatabase } from "@/lib/testing/database";
import { createKnowledgeChatflow, systemContext } from "@/lib/testing/fixtures";
import { createTestProvider } from "@/lib/testing/model-chatflow";
import { startNginx } from "@/lib/testing/nginx";
import { startPgBouncer } from "@/lib/testing/pgbouncer";
import { type ProviderServer, startProviderServer } from "@/lib/testing/provider-server";

const db = await testDatabase({ emptyBeforeEach: false });
const person = { email: "ada@example.com", password: "correct horse battery staple" };
const secrets = Object.fromEntries(secretNames.map((name) => [name, process.env[name] ?? ""]));

let tree: AssembledTree;
let before: string[];
let pgBouncer: Awaited<ReturnType<typeof startPgBouncer>>;
let provider: ProviderServer;
let collector: Awaited<ReturnType<typeof startCollector>>;
let nginx: Awaited<ReturnType<typeof startNginx>>;
let first: TreeServer;
let second: TreeServer;
let ctx: Context;
let call: ReturnType<typeof actionsOf>;

/** The owner, by the tree's own command line, on the database itself. */
async function createOwner(): Promise<void> {
  const args = ["user", "create", "--email", person.email, "--name", "Ada", "--password-stdin", "--json"];
  const child = tree.start(["bin/flowlatch.ts", ...args], { ...secrets, DATABASE_URL: db.url });
  child.stdin?.end(`${person.password}\n`);
  const { code, output } = await ended(child);
  expect([code, output]).toEqual([0, expect.stringContaining(person.email)]);
}

beforeAll(async () => {
  tree = await assembledTree();
  before = tree.list();
  await createOwner();
  const { id } = await db.prisma.workspace.findFirstOrThrow({ select: { id: true } });
  [ctx, provider, collector, pgBouncer] = await Promise.all([
    systemContext(db, id),
    startProviderServer(),
    startCollector(),
    startPgBouncer(db.url, 4),
  ]);
  const environment = { ...secrets, DATABASE_URL: pgBouncer.url, FLOWLATCH_TRUSTED_PROXIES: "1" };
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  first = await TreeServer.start(tree, { ...environment, ...traced, FLOWLATCH_DRAIN_SECONDS: "30" });
  second = await TreeServer.start(tree, environment);
  nginx = await startNginx([first.port, second.port]);
  call = actionsOf(tree.directory);
}, 300_000);

afterAll(async () => {
  await nginx?.stop();
  await Promise.all([first?.stop(), second?.stop()]);
  await Promise.all([pgBouncer?.stop(), provider?.close(), collector?.close()]);
  tree?.remove();
});

async function predict(
  url: string,
  chatflowId: string,
  token?: string,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return await fetch(`${url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }), ...headers },
    body: JSON.stringify({ question: openingQuestion, ...more }),
  });
}

async function createGuarded(name: string, limits?: Parameters<typeof createApiKey>[1]["limits"]) {
  const chatflowId = await createKnowledgeChatflow(ctx, name);
  const { token } = await createApiKey(ctx, { name, chatflowId, ...(limits && { limits }) });
  return { chatflowId, token };
}

/** A chatflow whose model says “Hello”, and the rest once it is let go. */
async function createHesitant(name: string) {
  const providerId = await createTestProvider(ctx, provider.url, "openai-compatible");
  const engine = { kind: "model", providerId, model: "test-model" } as const;
  const { id: chatflowId } = await createChatflow(ctx, { name, engine });
  const { token } = await createApiKey(ctx, { name, chatflowId });
  const rest = Promise.withResolvers<void>();
  provider.reply({ steps: ["Hello", rest.promise, " there."] });
  return { chatflowId, token, letGo: rest.resolve };
}

/** Reads a stream until it has said something. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, said: string): Promise<void> {
  const decoder = new TextDecoder();
  for (let heard = ""; !heard.includes(said); ) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`It ended before “${said}”: ${heard}`);
    heard += decoder.decode(value, { stream: true });
  }
}

async function beginStream(url: string, chatflowId: string, token: string) {
  const { body } = await predict(url, chatflowId, token, { streaming: true });
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  await readUntil(reader, "Hello");
  return { end: () => readUntil(reader, "there.") };
}

test("a missing secret stops the tree with a sentence that names it", async () => {
  const { FLOWLATCH_PEPPER: _, ...others } = secrets;
  const { code, output } = await ended(tree.start(["bin/container.ts"], { ...others, DATABASE_URL: db.url }));
  expect([code, output]).toEqual([1, expect.stringMatching(/^With DATABASE_URL .* set FLOWLATCH_PEPPER\. Each/)]);
});

test("without a DATABASE_URL it says what to give, and makes nothing up", async () => {
  const { code, output } = await ended(tree.start(["bin/container.ts"], secrets));
  expect([code, output]).toEqual([1, expect.stringMatching(/^DATABASE_URL is not set\./)]);
});

test("the engine's question about its health is answered: yes while it serves, no where nobody does", async () => {
  const asked = await Promise.all(
    [String(first.port), "1"].map((PORT) => ended(tree.start(["bin/healthcheck.ts"], { PORT }))),
  );
  expect(asked.map(({ code }) => code)).toEqual([0, 1]);
});

test("the sign-in page is served with its styles and scripts, each of this build", async () => {
  const page = await (await fetch(`${nginx.url}/login`)).text();
  const files = [...page.matchAll(/\/_next\/static\/[^"?]+\.(?:css|js)\?dpl=[0-9a-f]{12}/g)].map(
    ([address]) => address,
  );
  expect(files.length).toBeGreaterThan(3);
  const answers = await Promise.all(files.map((file) => fetch(nginx.url + file)));
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
});

test("a guarded chatflow answers the key's token and nobody else", async () => {
  const { chatflowId, token } = await createGuarded("Answers");
  expect((await predict(nginx.url, chatflowId)).status).toBe(401);
  const answered = await predict(nginx.url, chatflowId, token);
  expect([answered.status, await answered.text()]).toEqual([200, expect.stringContaining("opens at nine")]);
});

test("the caller's address is the one that nginx sees, whatever the caller says", async () => {
  const chatflowId = await createKnowledgeChatflow(ctx, "Addresses");
  const create = (name: string, address: string) =>
    createApiKey(ctx, { name, chatflowId, allowedAddresses: [address] }).then(({ token }) => token);
  const forged = { "X-Forwarded-For": "203.0.113.7" };
  const statusOf = async (token: string) => (await predict(nginx.url, chatflowId, token, {}, forged)).status;
  expect(await statusOf(await create("Far", "203.0.113.7"))).not.toBe(200);
  expect(await statusOf(await create("Near", "127.0.0.1"))).toBe(200);
});

test("a stream arrives word by word through nginx", async () => {
  const { chatflowId, token, letGo } = await createHesitant("Streams");
  const stream = await beginStream(nginx.url, chatflowId, token);
  letGo();
  await stream.end();
});

test("who signed in on one instance acts on the other, and what is revoked on one is refused by the other's next call", async () => {
  const known: SignedIn = await signIn(first.url, person.email, person.password);
  const chatflowId = await createKnowledgeChatflow(ctx, "Revoked");
  const made = await call(second.url, known, "createApiKeyAction", { name: "Revoked", chatflowId });
  const [token = ""] = /flk_[0-9A-Za-z]{49}/.exec(made) ?? [];
  const [, id = ""] = /"id":"([0-9a-f-]{36})"/.exec(made) ?? [];
  expect((await predict(second.url, chatflowId, token)).status).toBe(200);
  await call(first.url, known, "disableApiKeysAction", { ids: [id] });
  expect((await predict(second.url, chatflowId, token)).status).toBe(401);
});

test("a file is read in a worker of its own, and may be large", async () => {
  const known = await signIn(nginx.url, person.email, person.password);
  const chatflowId = await createKnowledgeChatflow(ctx, "Files");
  const page = `<h1>Bells</h1><p>A bell rings twice.</p><!-- ${"ding ".repeat(400_000)} -->`;
  const response = await fetch(`${nginx.url}/chatflows/${chatflowId}/documents?name=bells.html`, {
    method: "POST",
    headers: { ...known, Origin: nginx.url, "Content-Type": "text/html" },
    body: page,
  });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("bells.html")]);
});

test("a limit admits exactly its number of calls over both instances", async () => {
  const { chatflowId, token } = await createGuarded("Limited", [{ kind: "quota", per: "day", max: 17 }]);
  const responses = await Promise.all(Array.from({ length: 40 }, () => predict(nginx.url, chatflowId, token)));
  const statuses = responses.map(({ status }) => status);
  expect([200, 429].map((status) => statuses.filter((each) => each === status).length)).toEqual([17, 23]);
});

test("SIGTERM lets a running stream end, lets nobody new in, has its trace delivered, and ends with 0", async () => {
  const { chatflowId, token, letGo } = await createHesitant("Drains");
  const stream = await beginStream(first.url, chatflowId, token);
  const stopped = first.stop();
  await expect
    .poll(() =>
      fetch(`${first.url}/api/health/live`).then(
        () => "in",
        () => "out",
      ),
    )
    .toBe("out");
  letGo();
  await stream.end();
  expect((await stopped).code).toBe(0);
  const call = collector.spans().find(({ attributes }) => attributes["flowlatch.chatflow.id"] === chatflowId);
  const steps = collector.spans().filter(({ parentSpanId }) => parentSpanId === call?.spanId);
  expect(steps.map(({ name }) => name)).toEqual(["verify", "engine", "record"]);
  // Next's own would be here as well, with the whole of their addresses.
  expect(collector.spans().filter(({ attributes }) => "next.span_type" in attributes)).toEqual([]);
  await first.start();
});

test("instances restart one after the other, and no call fails meanwhile", async () => {
  const { chatflowId, token } = await createGuarded("Restarts");
  const statuses: number[] = [];
  let isOver = false;
  const caller = async () => {
    while (!isOver) {
      const response = await predict(nginx.url, chatflowId, token);
      await response.text();
      statuses.push(response.status);
    }
  };
  const callers = [caller(), caller(), caller(), caller()];
  for (const server of [first, second]) {
    expect((await server.stop()).code).toBe(0);
    await server.start();
  }
  isOver = true;
  await Promise.all(callers);
  expect(statuses.length).toBeGreaterThan(50);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
}, 120_000);

test("nothing was written into the tree, and there are no tests and no tools in it", async () => {
  expect(tree.list()).toEqual(before);
  const names = before.map((line) => line.split(" ")[0] ?? "").filter((name) => name.startsWith("app/"));
  const unwanted =
    /\.test\.[jt]sx?$|lib\/testing|e2e|\.map$|node_modules\/(typescript|vitest|playwright|@biomejs|prisma|npm)\//;
  expect(names.filter((name) => unwanted.test(name))).toEqual([]);
});
