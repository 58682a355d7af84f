import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { prepareDatabase } from "@/lib/db/prepare";
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

  test("has every acknowledged row after kill -9 while rows were being written, however often", async () => {
    let acknowledged = 0;
    // Once here, and twenty times by `npm run test:faults`.
    const kills = Number(process.env.FAULT_ROUNDS ?? 1);
    for (let kill = 1; kill <= kills; kill++) {
      const server = await openServer();
      const db = openDatabase(server.url, 2);
      await db.pool.query("CREATE TABLE IF NOT EXISTS written (n int PRIMARY KEY)");
      const killed = once(server.child, "exit");
      const wanted = acknowledged + 100;
      try {
        // What was under way when it was killed may be there without having been acknowledged.
        for (let n = acknowledged + 1; ; n++) {
          await db.pool.query("INSERT INTO written VALUES ($1) ON CONFLICT DO NOTHING", [n]);
          acknowledged = n;
          if (n === wanted) server.child.kill("SIGKILL");
        }
      } catch {
        // The connection broke, as it should.
      }
      await killed;
      await closeDatabase(db);
      expect(acknowledged).toBeGreaterThanOrEqual(wanted);
      expect(existsSync(lockFile(directory))).toBe(true);
    }

    const last = await openServer();
    const after = openDatabase(last.url, 2);
    const { rows } = await after.pool.query("SELECT n FROM written WHERE n <= $1", [acknowledged]);
    await closeDatabase(after);
    expect(rows).toHaveLength(acknowledged);
    expect(holderOf(directory)?.pid).toBe(last.child.pid);
  }, 300_000);

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
});
