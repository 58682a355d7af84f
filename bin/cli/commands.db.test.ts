import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
import { startFlowiseServer } from "@/lib/testing/flowise-server";
import { modelListApiKey, startModelListServer } from "@/lib/testing/provider-models";
import { root } from "../deployment.ts";
import { type EmbeddedPostgres, startEmbedded } from "../embedded.ts";
import { storedSecrets } from "../secrets.ts";
import { runCommand } from "./run-command.ts";

// A deployment whose server has the embedded database open. The commands run one after the other in this
// process: as processes of their own (bin/processes.db.test.ts) each would take a second and a half.

const scratch = mkdtempSync(path.join(tmpdir(), "flowlatch-commands-"));
const directory = path.join(scratch, "data");
let server: EmbeddedPostgres;

beforeAll(async () => {
  for (const name of Object.keys(process.env)) if (/^(DATABASE_URL$|FLOWLATCH_)/.test(name)) delete process.env[name];
  process.env.FLOWLATCH_DATA_DIR = directory;
  storedSecrets(directory, {});
  server = await startEmbedded(directory, "server");
  await prepareDatabase({ root, url: server.url, isShared: false });
  const owner = ["user", "create", "--email", "ada@example.com", "--name", "Ada", "--password-stdin"];
  expect((await run(owner, "correct horse battery staple\n")).code).toBe(0);
});

afterAll(async () => {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** One after the other, as they share this process's standard streams. */
let last: Promise<unknown> = Promise.resolve();

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], input = ""): Promise<Ended> {
  const ended = last.then(() => runAlone(args, input));
  last = ended.catch(() => undefined);
  return ended;
}

async function runAlone(args: string[], input: string): Promise<Ended> {
  const ended: Ended = { code: 0, stdout: "", stderr: "" };
  const { stdin } = process;
  // Each finds the database by the data directory, as a new process would.
  delete process.env.DATABASE_URL;
  Object.defineProperty(process, "stdin", { value: Readable.from([input]), configurable: true });
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      ended[name] += String(chunk);
      return true;
    }),
  );
  try {
    await runCommand(args);
    ended.code = Number(process.exitCode ?? 0);
    return ended;
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
    Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  }
}

const cli = (...args: string[]) => run(args);

test("takes a key through its life, and refuses what cannot be with a sentence on standard error alone", async () => {
  const asJson = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli(...args, "--json");
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    return JSON.parse(stdout);
  };
  const limits = ["--limit", "60/minute", "--limit", "5/second", "--quota", "10000/month"];
  const create = ["--expires", "30d", ...limits, "--allow", "203.0.113.7/24", "--allow", "2001:db8::1"];
  const { token } = await asJson("key", "create", "--name", "Website", ...create);
  await asJson("key", "create", "--name", "Shop");
  const expected = [
    { kind: "rate", per: "minute", max: 60 },
    { kind: "rate", per: "second", max: 5 },
    { kind: "quota", per: "month", max: 10_000 },
  ];
  expect((await asJson("key", "limit", ...limits, "Website")).limits).toEqual(expected);
  const addresses = ["203.0.113.0/24", "2001:db8::1/128"];
  expect((await asJson("key", "allow", "Website", ...addresses)).allowedAddresses).toEqual(addresses);

  const renewed = await asJson("key", "regenerate", "website", "--overlap", "24h");
  expect(Date.parse(renewed.oldTokenStops) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
  const shown = await asJson("key", "show", "Website");
  expect(shown).toMatchObject({ status: { kind: "active" }, allowedAddresses: addresses });
  expect(shown.limits).toMatchObject(expected.map(({ max, ...limit }) => ({ ...limit, remaining: max })));
  expect(shown.tokens.map(({ lastFour }: { lastFour: string }) => lastFour)).toEqual([
    renewed.token.slice(-4),
    token.slice(-4),
  ]);
  const { link, token: untold } = await asJson("key", "regenerate", "Shop", "--share-once");
  expect(untold).toBeUndefined();
  expect(link).toMatch(/^http:\/\/localhost:3000\/share\/[0-9a-f-]{36}#[\w-]{43}$/);
  const unused = await asJson("key", "list", "--attention", "never-used", "--search", "shop");
  expect(unused).toMatchObject([{ name: "Shop" }]);
  const { stdout } = await cli("key", "show", "Website");
  expect(stdout).toMatch(/^Website\nActive until /);
  expect(stdout).toContain(`flk_…${token.slice(-4)} never used; the old token, stops `);
  expect(stdout).toContain("60 calls per minute, 60 left");
  expect(stdout).not.toContain(renewed.token);
  expect(await asJson("key", "stop-old-token", "Website")).toMatchObject({ stopped: token.slice(-4) });
  expect(await asJson("key", "expire", "Website", "--at", "never")).toMatchObject({ expiresAt: null });
  const { keys } = await asJson("key", "disable", "Website", "Shop");
  expect(keys).toMatchObject([{ disabledAt: expect.any(String) }, { disabledAt: expect.any(String) }]);
  expect((await asJson("key", "enable", "Website", "Shop")).keys).toMatchObject([{ disabledAt: null }, {}]);
  expect(await asJson("key", "limit", "Website", "--none")).toMatchObject({ limits: [] });
  expect(await asJson("key", "allow", "Website", "--anywhere")).toMatchObject({ allowedAddresses: [] });
  expect(await asJson("workspace", "max-key-lifetime", "30")).toEqual({ maxKeyLifetimeDays: 30 });

  const refused = await Promise.all([
    cli("key", "create", "--name", "Trial"),
    cli("key", "create", "--name", "Trial", "--expires", "soon"),
    cli("key", "create", "--name", "Trial", "--limit", "60/week"),
    cli("key", "limit", "Shop", "--limit", "0/minute"),
    cli("key", "limit", "Shop"),
    cli("key", "allow", "Shop", "10.0.0.0/40"),
    cli("key", "regenerate", "Shop", "--overlap", "2020-01-31"),
    cli("key", "disable", "Shop", "Nobody"),
  ]);
  const sentences = refused.map(({ code, stdout, stderr }) => [code, stdout, stderr.trim()]);
  expect(sentences).toEqual([
    [1, "", expect.stringMatching(/at most 30 days\. Choose when this one expires/)],
    [1, "", expect.stringMatching(/“soon” is not a time\. Give never, /)],
    [1, "", expect.stringMatching(/“60\/week” is not a rate limit\. Give calls per second, minute, hour or day/)],
    [1, "", expect.stringMatching(/at least 1 call/)],
    [1, "", expect.stringMatching(/--limit and --quota, or .* --none/)],
    [1, "", expect.stringMatching(/“10\.0\.0\.0\/40” is not an IP address/)],
    [1, "", expect.stringMatching(/That time has passed/)],
    [1, "", "There is no key with the id or name “Nobody”."],
  ]);
  expect(await asJson("workspace", "max-key-lifetime", "none")).toEqual({ maxKeyLifetimeDays: null });
  const deleted = await asJson("key", "delete", "Website", "Shop");
  expect(deleted).toMatchObject({ keys: [{ name: "Website" }, { name: "Shop" }], closedChatflows: [] });
});

test("adds, tests and deletes a provider; its API key is read from standard input and written nowhere", async () => {
  const upstream = await startModelListServer();
  const add = (...options: string[]) => ["provider", "add", "--name", "Our server", "--json", ...options];
  const compatible = ["--kind", "openai-compatible", "--base-url", `${upstream.url}/openai/v1`, "--api-key-stdin"];
  const refused = await run(add(...compatible), "sk-wrong\n");
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toMatch(/refused the API key \(401\)/);
  const added = await run(add(...compatible), `${modelListApiKey}\n`);
  const models = ["large-9", "large-10", "small-2"];
  expect(JSON.parse(added.stdout)).toMatchObject({ name: "Our server", tested: true, models });
  const tested = await cli("provider", "test", "our SERVER", "--json");
  expect(JSON.parse(tested.stdout)).toMatchObject({ models });
  const listed = await cli("provider", "list", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject([{ name: "Our server", hasApiKey: true }]);
  expect((await cli("provider", "delete", "Our server")).stdout).toBe("“Our server” is deleted.\n");
  await upstream.close();
  const said = [refused, added, tested, listed].map(({ stdout, stderr }) => stdout + stderr).join();
  expect(said).not.toMatch(new RegExp(`sk-wrong|${modelListApiKey}`));
});

test("imports from a Flowise server and from files; keys are read from standard input and no token is told", async () => {
  const flowise = await startFlowiseServer();
  const ownKey = flowise.apiKeys[0]?.apiKey as string;
  const from = ["import", "flowise", "--url", flowise.url, "--key-stdin"];
  const planned = await run([...from, "--dry-run"], `${ownKey}\n`);
  expect([planned.code, planned.stderr]).toEqual([0, ""]);
  expect(planned.stdout).toMatch(/^Nothing was changed\./);
  expect(planned.stdout).toMatch(new RegExp(`Flowlatch +…${ownKey.slice(-4)} +new`));
  const imported = await run([...from, "--json", "--public", flowise.chatflows[0]?.id as string], ownKey);
  expect(JSON.parse(imported.stdout)).toMatchObject({
    isDone: true,
    keys: [{ outcome: "made" }, { outcome: "made" }],
    chatflows: [{ access: { kind: "public" } }, { access: { kind: "key" } }, { access: { kind: "closed" } }],
  });
  const file = path.join(directory, "keys.json");
  writeFileSync(file, JSON.stringify(flowise.apiKeys));
  const again = await cli("import", "flowise", "--file", file);
  expect(again.stdout).toMatch(/Website +….{4} +here already/);
  await flowise.close();
  writeFileSync(file, "nonsense");
  const refused = await Promise.all([
    run(from, "wrong"),
    cli("import", "flowise", "--url", flowise.url),
    cli("import", "flowise", "--file", file),
  ]);
  expect(refused.map(({ code, stdout }) => [code, stdout])).toEqual(Array(3).fill([1, ""]));
  expect(refused.map(({ stderr }) => stderr)).toEqual([
    expect.stringMatching(/^Nothing answers at/),
    expect.stringContaining("--key-stdin"),
    "The file is no JSON.\n",
  ]);
  const said = [planned, imported, again, ...refused].map(({ stdout, stderr }) => stdout + stderr).join();
  for (const { apiKey } of flowise.apiKeys) expect(said).not.toContain(apiKey.slice(0, 20));
});

test("keeps no token in the secrets file or in a row", async () => {
  const { token } = JSON.parse((await cli("key", "create", "--name", "x", "--json")).stdout);
  expect(readFileSync(path.join(directory, "secrets.json"), "utf8")).not.toContain(token);
  const db = openDatabase(server.url, 1);
  const { rows } = await db.pool.query(
    "SELECT k::text || s::text AS text FROM api_key k JOIN api_key_secret s ON s.api_key_id = k.id",
  );
  await closeDatabase(db);
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(token);
});

test("makes a chatflow on a model, its system prompt from a file, and says which options are missing or misplaced", async () => {
  const address = ["--base-url", "http://127.0.0.1:9/v1"];
  await cli("provider", "add", "--name", "Ours", "--kind", "openai-compatible", ...address, "--skip-test");
  const file = path.join(path.dirname(directory), "prompt.md");
  writeFileSync(file, "Be kind to {{customer}}.\n");
  const create = (...options: string[]) => cli("chatflow", "create", "--name", "Assistant", "--json", ...options);
  const prompt = ["--system-prompt", `@${file}`, "--memory-turns", "5"];
  const created = await create("--engine", "model", "--provider", "ours", "--model", "large", ...prompt);
  expect(created.stderr).toBe("");
  const { id } = JSON.parse(created.stdout);
  const db = openDatabase(server.url, 1);
  const { rows } = await db.pool.query("SELECT engine FROM chatflow WHERE id = $1", [id]);
  await closeDatabase(db);
  const engine = { kind: "model", model: "large", systemPrompt: "Be kind to {{customer}}.", memoryTurns: 5 };
  expect(rows[0].engine).toMatchObject(engine);

  const sentences = [
    await create("--engine", "model", "--model", "large"),
    await create("--engine", "model", "--model", "large", "--provider", "theirs"),
    await create("--model", "large"),
    await create("--engine", "model", "--provider", "ours", "--model", "large", "--memory-turns", "many"),
  ].map(({ code, stdout, stderr }) => [code, stdout, stderr.trim()]);
  expect(sentences).toEqual([
    [1, "", expect.stringMatching(/needs --provider and --model/)],
    [1, "", "There is no provider with the id or name “theirs”."],
    [1, "", expect.stringMatching(/--model belongs to .* --engine model/)],
    [1, "", "Memory must be a whole number from 0 to 20."],
  ]);
});

test("invites, changes and removes people, by email, and never the last owner", async () => {
  const asJson = async (...args: string[]) => JSON.parse((await cli("user", ...args, "--json")).stdout);
  const { id, link } = await asJson("invite", "--email", "grace@example.com", "--name", "Grace");
  expect(link).toMatch(new RegExp(`^http://localhost:3000/password#${id}\\.[0-9a-z]+\\.[\\w-]{43}$`));
  const renewed = await asJson("password-link", "Grace@example.com");
  expect(renewed).toMatchObject({ id, name: "Grace" });
  expect(await asJson("set-role", "grace@example.com", "viewer")).toMatchObject({ role: "viewer" });
  const wrong = await cli("user", "set-role", "grace@example.com", "boss");
  expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([1, "", "Choose a role.\n"]);
  const { stdout } = await cli("user", "list");
  expect(stdout).toMatch(/^Grace +grace@example\.com +viewer +invited +\S+$/m);
  const last = await cli("user", "remove", "ada@example.com");
  expect([last.code, last.stderr]).toEqual([1, expect.stringContaining("only owner")]);
  expect(await asJson("remove", "grace@example.com")).toEqual({ id, name: "Grace" });
  expect((await cli("user", "password-link", "grace@example.com")).stderr).toMatch(/^There is no operator/);
});

test("lists and exports what was changed between two times, however exactly they are given, and refuses what is none", async () => {
  const listed = async (...args: string[]) => JSON.parse((await cli("activity", "list", ...args, "--json")).stdout);
  expect((await listed("--since", "2020-01-01")).length).toBeGreaterThan(0);
  for (const later of ["2199-01-01", "2199-01-01T18:00Z", "2199-01-01T18:00:00Z", "2199-01-01T18:00+02:00"]) {
    expect([later, await listed("--since", later)]).toEqual([later, []]);
    expect((await listed("--until", later)).length).toBeGreaterThan(0);
  }
  expect(await listed("--until", "2020-01-01T18:00Z")).toEqual([]);
  const { stdout } = await cli("activity", "export", "--format", "jsonl", "--since", "2199-01-01T18:00Z");
  expect(stdout).toBe("");
  for (const wrong of ["yesterday", "2026", "2026-02-30", "26 Nov 2026", "2026-11-26T18:00", "2026-11-26 18:00Z", ""]) {
    const refused = await cli("activity", "export", "--format", "csv", "--since", wrong);
    expect([wrong, refused.code, refused.stdout]).toEqual([wrong, 1, ""]);
    expect(refused.stderr).toContain(`“${wrong}” is not a date`);
  }
});
