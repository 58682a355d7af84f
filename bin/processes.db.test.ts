import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
import { startFlowiseServer } from "@/lib/testing/flowise-server";
import { modelListApiKey, startModelListServer } from "@/lib/testing/provider-models";
import { holderOf, lockFile } from "./data-lock.ts";
import { type EmbeddedPostgres, startEmbedded } from "./embedded.ts";
import { storedSecrets } from "./secrets.ts";

const root = path.dirname(import.meta.dirname);
const started: ChildProcess[] = [];
let directory: string;

beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), "flowlatch-bin-")), "data");
});

afterEach(async () => {
  // Only what a test here started, by its own handle.
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(path.dirname(directory), { recursive: true, force: true });
});

/** An opened and migrated data directory to copy: making one takes seconds, copying it does not. */
let template: string;

beforeAll(async () => {
  template = mkdtempSync(path.join(tmpdir(), "flowlatch-template-"));
  storedSecrets(template, {});
  const { url, stop } = await startEmbedded(template, "server");
  await prepareDatabase({ root, url, isShared: false });
  await stop();
}, 120_000);

afterAll(() => rmSync(template, { recursive: true, force: true }));

function useTemplate(): void {
  cpSync(template, directory, { recursive: true });
}

async function openServer(): Promise<EmbeddedPostgres & { child: ChildProcess }> {
  const embedded = await startEmbedded(directory, "server");
  if (!embedded.child) throw new Error("The embedded database should be our own.");
  started.push(embedded.child);
  return { ...embedded, child: embedded.child };
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one of the project's commands as a shell would, on this test's data directory. */
async function run(args: string[], input = "", environment: Record<string, string> = {}): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(DATABASE_URL|FLOWLATCH_|NODE_ENV|PORT)/.test(name),
  );
  const child = spawn(process.execPath, [path.join(root, "bin/bootstrap.mjs"), ...args], {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      NODE_ENV: "production" as const,
      FLOWLATCH_DATA_DIR: directory,
      ...environment,
    },
  });
  started.push(child);
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (ended.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (ended.stderr += String(chunk)));
  child.stdin.end(input);
  [ended.code] = await once(child, "close");
  return ended;
}

const cli = (...args: string[]) => run(["cli", ...args]);
const createOwner = () =>
  run(
    ["cli", "user", "create", "--email", "ada@example.com", "--name", "Ada", "--password-stdin", "--json"],
    "correct horse battery staple\n",
  );

describe("secrets", () => {
  test("are made once, readable to this user alone, and stay the same", () => {
    const first = storedSecrets(directory, {});
    expect(statSync(path.join(directory, "secrets.json")).mode & 0o777).toBe(0o600);
    expect(storedSecrets(directory, {})).toEqual(first);
    expect(new Set(Object.values(first)).size).toBe(3);
  });

  test("that are gone while their data is there are not replaced by new ones", () => {
    useTemplate();
    rmSync(path.join(directory, "secrets.json"));
    expect(() => storedSecrets(directory, {})).toThrow(/secrets\.json is gone/);
  });

  test("must be given with DATABASE_URL in production: a start names the missing ones", async () => {
    const ended = await run(["start"], "", {
      DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
      FLOWLATCH_PEPPER: "p".repeat(32),
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("FLOWLATCH_SESSION_SECRET and FLOWLATCH_ENCRYPTION_KEY");
    expect(ended.stderr).not.toContain("FLOWLATCH_PEPPER");
    expect(existsSync(path.join(directory, "secrets.json"))).toBe(false);
  });
});

describe("the embedded database", () => {
  beforeEach(useTemplate);

  test("has every acknowledged row after kill -9 while rows were being written", async () => {
    const first = await openServer();
    const before = openDatabase(first.url, 2);
    await before.pool.query("CREATE TABLE written (n int PRIMARY KEY)");
    const killed = once(first.child, "exit");
    let acknowledged = 0;
    try {
      for (let n = 1; ; n++) {
        await before.pool.query("INSERT INTO written VALUES ($1)", [n]);
        acknowledged = n;
        if (n === 100) first.child.kill("SIGKILL");
      }
    } catch {
      // The connection broke, as it should.
    }
    await killed;
    await closeDatabase(before);
    expect(acknowledged).toBeGreaterThanOrEqual(100);
    expect(existsSync(lockFile(directory))).toBe(true);

    const second = await openServer();
    const after = openDatabase(second.url, 2);
    const { rows } = await after.pool.query("SELECT n FROM written WHERE n <= $1", [acknowledged]);
    await closeDatabase(after);
    expect(rows).toHaveLength(acknowledged);
    expect(holderOf(directory)?.pid).toBe(second.child.pid);
  });

  test("is not opened twice: a second start is refused and told the first one's pid", async () => {
    const { child } = await openServer();
    const ended = await run(["start"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`in use by another Flowlatch (process ${child.pid})`);
  });

  test("takes over the lock of a process that is dead, or whose pid another one has now", async () => {
    // Our own parent lives, but did not begin at that time.
    writeFileSync(lockFile(directory), JSON.stringify({ pid: process.ppid, startedAt: "elsewhere:1", kind: "server" }));
    const { child, stop } = await openServer();
    expect(holderOf(directory)?.pid).toBe(child.pid);
    await stop();
    expect(existsSync(lockFile(directory))).toBe(false);
  });

  test("closes by itself, and lets go of the directory, when its parent is gone", async () => {
    const child = fork(path.join(root, "bin/embedded-postgres.ts"), [directory, "server"], { execArgv: [] });
    started.push(child);
    await once(child, "message");
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(existsSync(lockFile(directory))).toBe(false);
  });

  test("is reached through a directory that only this user can enter", async () => {
    await openServer();
    expect(statSync(path.join(directory, "run")).mode & 0o777).toBe(0o700);
  });
});

describe("the command line", () => {
  test("alone, in an empty directory: makes the owner and a key, prints one JSON document, and the next command finds them", async () => {
    const owner = await createOwner();
    expect(JSON.parse(owner.stdout)).toMatchObject({ email: "ada@example.com", role: "owner" });
    const created = await cli("key", "create", "--name", "Deploy", "--json");
    expect(created.code).toBe(0);
    const key = JSON.parse(created.stdout);
    expect(Object.keys(key)).toEqual(["id", "name", "token"]);
    expect(key.token).toMatch(/^flk_[0-9A-Za-z]{49}$/);
    const listed = await cli("key", "list", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: key.id, name: "Deploy" }]);
    expect(listed.stdout + listed.stderr).not.toContain(key.token);
  }, 120_000);

  test("takes a key through its life, and refuses what cannot be with a sentence on standard error alone", async () => {
    useTemplate();
    await openServer();
    await createOwner();
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
  }, 240_000);

  test("beside a running server: works on the server's database and leaves it open", async () => {
    useTemplate();
    const { url, child } = await openServer();
    expect((await createOwner()).code).toBe(0);
    const db = openDatabase(url, 1);
    const users = await db.pool.query('SELECT email FROM "user"');
    await closeDatabase(db);
    expect(users.rows).toEqual([{ email: "ada@example.com" }]);
    expect(child.exitCode).toBeNull();
    expect(holderOf(directory)?.pid).toBe(child.pid);
  }, 120_000);

  test("wrong use exits with 2, a refusal with 1 and a sentence, and neither writes to standard output", async () => {
    useTemplate();
    const misused = await cli("key", "create");
    expect([misused.code, misused.stdout]).toEqual([2, ""]);
    expect(misused.stderr).toContain("--name");
    const refused = await cli("key", "create", "--name", "x", "--json");
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("There is no account yet");
  }, 120_000);

  test("adds, tests and deletes a provider; its API key is read from standard input and written nowhere", async () => {
    useTemplate();
    await createOwner();
    const server = await startModelListServer();
    const add = (...options: string[]) => ["cli", "provider", "add", "--name", "Our server", "--json", ...options];
    const compatible = ["--kind", "openai-compatible", "--base-url", `${server.url}/openai/v1`, "--api-key-stdin"];
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
    await server.close();
    const said = [refused, added, tested, listed].map(({ stdout, stderr }) => stdout + stderr).join();
    expect(said).not.toMatch(new RegExp(`sk-wrong|${modelListApiKey}`));
  }, 120_000);

  test("imports from a Flowise server and from files; keys are read from standard input and no token is told", async () => {
    useTemplate();
    await createOwner();
    const server = await startFlowiseServer();
    const ownKey = server.apiKeys[0]?.apiKey as string;
    const from = ["cli", "import", "flowise", "--url", server.url, "--key-stdin"];
    const planned = await run([...from, "--dry-run"], `${ownKey}\n`);
    expect([planned.code, planned.stderr]).toEqual([0, ""]);
    expect(planned.stdout).toMatch(/^Nothing was changed\./);
    expect(planned.stdout).toMatch(new RegExp(`Flowlatch +…${ownKey.slice(-4)} +new`));
    const imported = await run([...from, "--json", "--public", server.chatflows[0]?.id as string], ownKey);
    expect(JSON.parse(imported.stdout)).toMatchObject({
      isDone: true,
      keys: [{ outcome: "made" }, { outcome: "made" }],
      chatflows: [{ access: { kind: "public" } }, { access: { kind: "key" } }, { access: { kind: "closed" } }],
    });
    const file = path.join(directory, "keys.json");
    writeFileSync(file, JSON.stringify(server.apiKeys));
    const again = await cli("import", "flowise", "--file", file);
    expect(again.stdout).toMatch(/Website +….{4} +here already/);
    await server.close();
    writeFileSync(file, "nonsense");
    const refused = await Promise.all([
      run(from, "wrong"),
      cli("import", "flowise", "--url", server.url),
      cli("import", "flowise", "--file", file),
    ]);
    expect(refused.map(({ code, stdout }) => [code, stdout])).toEqual(Array(3).fill([1, ""]));
    expect(refused.map(({ stderr }) => stderr)).toEqual([
      expect.stringMatching(/^Nothing answers at/),
      expect.stringContaining("--key-stdin"),
      "The file is no JSON.\n",
    ]);
    const said = [planned, imported, again, ...refused].map(({ stdout, stderr }) => stdout + stderr).join();
    for (const { apiKey } of server.apiKeys) expect(said).not.toContain(apiKey.slice(0, 20));
  }, 120_000);

  test("examines a deployment: nothing is made by it, and its exit code is 1 only when something does not work", async () => {
    const untouched = await cli("doctor", "--json");
    expect([untouched.code, JSON.parse(untouched.stdout).ok]).toEqual([0, true]);
    expect(existsSync(directory)).toBe(false);
    const away = { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none", FLOWLATCH_PEPPER: "p".repeat(32) };
    const unwell = await run(["cli", "doctor"], "", away);
    expect([unwell.code, unwell.stderr]).toEqual([1, ""]);
    expect(unwell.stdout).toMatch(/^✘ database .*127\.0\.0\.1:1\/none cannot be reached/m);
    expect(unwell.stdout).toMatch(/^✘ secrets .*FLOWLATCH_SESSION_SECRET is not set/m);
    expect(existsSync(directory)).toBe(false);
  }, 120_000);

  test("keeps no token in the data directory's own files", async () => {
    useTemplate();
    await createOwner();
    const { token } = JSON.parse((await cli("key", "create", "--name", "x", "--json")).stdout);
    expect(readFileSync(path.join(directory, "secrets.json"), "utf8")).not.toContain(token);
    const { url } = await openServer();
    const db = openDatabase(url, 1);
    const { rows } = await db.pool.query(
      "SELECT k::text || s::text AS text FROM api_key k JOIN api_key_secret s ON s.api_key_id = k.id",
    );
    await closeDatabase(db);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  }, 120_000);

  test("makes a chatflow on a model, its system prompt from a file, and says which options are missing or misplaced", async () => {
    useTemplate();
    await createOwner();
    const { url } = await openServer();
    const address = ["--base-url", "http://127.0.0.1:9/v1"];
    await cli("provider", "add", "--name", "Ours", "--kind", "openai-compatible", ...address, "--skip-test");
    const file = path.join(path.dirname(directory), "prompt.md");
    writeFileSync(file, "Be kind to {{customer}}.\n");
    const create = (...options: string[]) => cli("chatflow", "create", "--name", "Assistant", "--json", ...options);
    const prompt = ["--system-prompt", `@${file}`, "--memory-turns", "5"];
    const created = await create("--engine", "model", "--provider", "ours", "--model", "large", ...prompt);
    expect(created.stderr).toBe("");
    const { id } = JSON.parse(created.stdout);
    const db = openDatabase(url, 1);
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
  }, 120_000);
});
