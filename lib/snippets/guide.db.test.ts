import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDocuments } from "@/lib/chatflows/documents";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase({ emptyBeforeEach: false });
const guide = (name: string) => readFileSync(path.resolve("docs/guide", name), "utf8");

/** What runs a sample of the guide, by the language its code block names. */
const programs: Record<string, { command: string; file: string }> = {
  sh: { command: "bash", file: "guide.sh" },
  js: { command: process.execPath, file: "guide.mjs" },
  python: { command: "python3", file: "guide.py" },
  ts: { command: process.execPath, file: "guide.mts" },
};
const pages = ["calling-a-chatflow.md", "openai.md", "mcp.md", "flowise.md", "moving-from-flowise.md"];
/** What calls Flowlatch: not commands for its own machine. */
const samples = pages.flatMap((page) =>
  [...guide(page).matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .map(([, language = "", code = ""]) => ({ page, language, code }))
    .filter(({ language, code }) => language in programs && code.includes("FLOWLATCH_URL")),
);

let server: Awaited<ReturnType<typeof serveRoutes>>;
let directory: string;
let variables: Record<string, string>;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "flowlatch-guide-"));
  // As on a reader's machine after `npm install` of the package that a sample names.
  await symlink(path.resolve("node_modules"), path.join(directory, "node_modules"));
  server = await serveRoutes();
  const { ctx, chatflowId, key } = await createGuardedChatflow(db);
  await addDocuments(ctx, { chatflowId, documents: [{ name: "api-keys.md", text: guide("api-keys.md") }] });
  const { token } = key;
  variables = {
    ...{ FLOWLATCH_URL: server.url, CHATFLOW_ID: chatflowId },
    ...{ FLOWLATCH_API_KEY: token, OLD_FLOWISE_TOKEN: token },
  };
});

afterAll(async () => {
  await server?.close();
  if (directory) await rm(directory, { recursive: true, force: true });
});

test("the guide has a sample for each of its languages and clients", () => {
  const found = samples.map(({ page, language }) => `${page} ${language}`);
  const ofPrediction = ["sh", "js", "python", "ts"].map((language) => `calling-a-chatflow.md ${language}`);
  expect(found).toEqual([
    ...ofPrediction,
    "openai.md js",
    "openai.md ts",
    "mcp.md js",
    "flowise.md js",
    "moving-from-flowise.md sh",
  ]);
});

test.each(samples)("the sample of $page in $language answers as it stands", async ({ language, code }) => {
  const { command, file } = programs[language] as { command: string; file: string };
  await writeFile(path.join(directory, file), code);
  const env = { ...process.env, ...variables, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
  const output = await new Promise<string>((resolve) => {
    execFile(command, [file], { cwd: directory, env, timeout: 60_000 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  expect(output).toContain("the old token stops working at once");
});
