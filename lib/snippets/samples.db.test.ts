import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createPublicChatflow } from "@/lib/testing/fixtures";
import { serveRoutes } from "@/lib/testing/serve-routes";
import type { SnippetAuth } from "./snippet";
import { snippets } from "./snippets";

const db = await testDatabase({ emptyBeforeEach: false });
const node = process.execPath;
/** Python's `openai` is not among the things that a machine must have: snippets.test.ts runs its sample on a stand-in. */
const programs: Record<string, { command: string; file: string }> = {
  curl: { command: "bash", file: "sample.sh" },
  javascript: { command: node, file: "sample.mjs" },
  python: { command: "python3", file: "sample.py" },
  typescript: { command: node, file: "sample.ts" },
  "openai-javascript": { command: node, file: "openai.mjs" },
  "openai-curl": { command: "bash", file: "openai.sh" },
};
/** Nobody's. */
const wrongToken = `flk_${"0".repeat(49)}`;

let server: Awaited<ReturnType<typeof serveRoutes>>;
let directory: string;
let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
let open: Awaited<ReturnType<typeof createPublicChatflow>>;

function demand(command: string): void {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
  } catch {
    throw new Error(`The samples are run as they stand, and for that ${command} must be installed. It was not found.`);
  }
}

beforeAll(async () => {
  for (const command of ["bash", "curl", "python3"]) demand(command);
  directory = await mkdtemp(path.join(tmpdir(), "flowlatch-samples-"));
  // As on a reader's machine after `npm install flowise-sdk`.
  await symlink(path.resolve("node_modules"), path.join(directory, "node_modules"));
  server = await serveRoutes();
  guarded = await createGuardedChatflow(db);
  open = await createPublicChatflow(db);
});

afterAll(async () => {
  await server?.close();
  if (directory) await rm(directory, { recursive: true, force: true });
});

interface Call {
  id: string;
  chatflowId: string;
  auth: SnippetAuth;
  streaming: boolean;
  /** What FLOWLATCH_API_KEY is for the sample; unset without. */
  environmentToken?: string;
}

/** Writes the sample to a file and runs it as a reader would. */
async function run({ id, chatflowId, auth, streaming, environmentToken }: Call) {
  const { command, file } = programs[id] as { command: string; file: string };
  const write = snippets.find((snippet) => snippet.id === id)?.write;
  const question = "When does the workshop open?";
  await writeFile(
    path.join(directory, file),
    write?.({ baseUrl: server.url, chatflowId, slug: "support", question, auth, streaming }) ?? "",
  );
  const { FLOWLATCH_API_KEY: _, ...inherited } = process.env;
  const token = environmentToken === undefined ? {} : { FLOWLATCH_API_KEY: environmentToken };
  const env = { ...inherited, ...token, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(command, [file], { cwd: directory, env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

const cases = Object.keys(programs).flatMap((id) => [
  { id, streaming: false, how: "in one piece" },
  { id, streaming: true, how: "word by word" },
]);

/** The words of a stream as curl shows it, put together again. */
function wordsOf(stdout: string): string {
  const frames = [...stdout.matchAll(/^data: ?(\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));
  return frames
    .map(({ event, data, choices }) => (event === "token" ? data : (choices?.[0]?.delta.content ?? "")))
    .join("");
}

describe.each(cases)("the $id sample, $how", ({ id, streaming }) => {
  const answerOf = (stdout: string) => (id.endsWith("curl") && streaming ? wordsOf(stdout) : stdout);

  it("answers without a key where the chatflow is public", async () => {
    const result = await run({ id, streaming, auth: { kind: "none" }, chatflowId: open.chatflowId });
    expect(answerOf(result.stdout), result.stderr).toContain("opens at nine");
    expect(result.code).toBe(0);
  });

  it("answers with the key in the environment", async () => {
    const auth = { kind: "environment" } as const;
    const environmentToken = guarded.key.token;
    const result = await run({ id, streaming, auth, environmentToken, chatflowId: guarded.chatflowId });
    expect(answerOf(result.stdout), result.stderr).toContain("opens at nine");
    expect(result.code).toBe(0);
  });

  it("answers with the key written in", async () => {
    const auth = { kind: "literal", token: guarded.key.token } as const;
    const result = await run({ id, streaming, auth, chatflowId: guarded.chatflowId });
    expect(answerOf(result.stdout), result.stderr).toContain("opens at nine");
    expect(result.code).toBe(0);
  });

  it.each([
    { which: "a wrong key written in", auth: { kind: "literal", token: wrongToken } as const },
    { which: "a wrong key in the environment", auth: { kind: "environment" } as const, environmentToken: wrongToken },
    { which: "no key where one is needed", auth: { kind: "none" } as const },
  ])("fails aloud with $which", async ({ which: _, ...given }) => {
    const result = await run({ id, streaming, ...given, chatflowId: guarded.chatflowId });
    expect(result.code).not.toBe(0);
    expect(`${result.stdout}${result.stderr}`).toContain("401");
    expect(answerOf(result.stdout)).not.toContain("opens at nine");
  });
});
