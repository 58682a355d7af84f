import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { generateToken } from "@/lib/api-keys/token";

const root = path.dirname(import.meta.dirname);
const directory = mkdtempSync(path.join(tmpdir(), "flowlatch-check-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the command where no database can be reached. */
function check(given: string[], input = ""): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, INIT_CWD: directory } };
    const command = ["bin/bootstrap.mjs", "cli", "token", "check", ...given];
    const child = execFile(process.execPath, command, options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

test("standard input with a token: its line, its last four and status 1; never the token", async () => {
  const token = generateToken();
  const { code, stdout, stderr } = await check([], `nothing\r\nKEY=${token}\n`);
  expect({ code, stdout }).toEqual({ code: 1, stdout: `-:2: flk_…${token.slice(-4)}\n` });
  expect(stdout + stderr).not.toContain(token.slice(4, 20));
});

test("a directory is searched, but not what was installed into it; without a token the status is 0", async () => {
  for (const name of ["src/deep", "src/node_modules/x", "clean"]) {
    mkdirSync(path.join(directory, name), { recursive: true });
  }
  const token = generateToken();
  writeFileSync(path.join(directory, "src/deep/.env"), `\n\nKEY=${token}`);
  writeFileSync(path.join(directory, "src/node_modules/x/index.js"), generateToken());
  writeFileSync(path.join(directory, "clean/a.txt"), `flk_${"x".repeat(49)}`);
  const found = await check(["src", "--json"]);
  expect(found.code).toBe(1);
  expect(JSON.parse(found.stdout)).toEqual([{ file: "src/deep/.env", line: 3, lastFour: token.slice(-4) }]);
  expect(await check(["clean"])).toMatchObject({ code: 0, stdout: "No token was found.\n" });
});

test("a path that cannot be read is said, and is no clean bill", async () => {
  const { code, stderr } = await check(["absent.txt"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "absent.txt cannot be read (ENOENT).\n" });
});
