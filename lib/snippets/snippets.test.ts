import { execFileSync } from "node:child_process";
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import type { SnippetAuth, SnippetInput } from "./snippet";
import { snippets } from "./snippets";

const token = "flk_not-a-real-token";
const plain: SnippetInput = {
  baseUrl: "https://keys.example.com/",
  chatflowId: "0193a0f0-0000-7000-8000-000000000001",
  slug: "support",
  question: "When do you open?",
  auth: { kind: "none" },
  streaming: false,
};

/** Everything that ends a string, starts a substitution or is more than one code unit somewhere. */
const hostile = `it's "quoted" \\n \`tick\` $HOME $(id) \${x} {name} %s\r\n<script>\u2028 🗝️ \ud800`;

/** OpenAI's packages call nothing without a key: they get one that is none, and the header is taken away. */
const insistOnAKey = ["openai-javascript", "openai-python"];

describe.each(snippets)("the $id sample", ({ id, write, streams, readsEnvironment }) => {
  it.each([false, true])("has no trace of authorization without a key (streaming: %s)", (streaming) => {
    const sample = write({ ...plain, streaming });
    if (insistOnAKey.includes(id)) expect(sample).toMatch(/Authorization"?: (null|Omit\(\))/);
    else expect(sample).not.toMatch(/authorization|bearer|apiKey|API_KEY/i);
  });

  it("names the environment variable, not a token, when the token is elsewhere", () => {
    const readings: Record<string, string> = {
      "openai-curl": '"Authorization: Bearer $FLOWLATCH_API_KEY"',
      "openai-javascript": "process.env.FLOWLATCH_API_KEY",
      "openai-python": 'os.environ["FLOWLATCH_API_KEY"]',
      "mcp-cursor": `"Bearer \${env:FLOWLATCH_API_KEY}"`,
      "mcp-claude": '"AUTHORIZATION": "Bearer flk_…"',
      curl: '"Authorization: Bearer $FLOWLATCH_API_KEY"',
      javascript: "process.env.FLOWLATCH_API_KEY",
      python: 'os.environ["FLOWLATCH_API_KEY"]',
      typescript: "process.env.FLOWLATCH_API_KEY",
    };
    const sample = write({ ...plain, auth: { kind: "environment" } });
    expect(sample).toContain(readings[id]);
    if (readsEnvironment) expect(sample).not.toContain("flk_");
  });

  it("holds the token where it was just created", () => {
    const auth: SnippetAuth = { kind: "literal", token };
    const sample = write({ ...plain, auth });
    expect(sample).toContain(token);
    expect(sample).not.toContain("FLOWLATCH_API_KEY");
  });

  it("calls the deployment's address, with one slash between its parts", () => {
    const sample = write({ ...plain, baseUrl: "https://keys.example.com/gate/" });
    expect(sample).toContain(
      id === "typescript" ? '"https://keys.example.com/gate"' : "https://keys.example.com/gate/api",
    );
  });

  it("asks for a stream only when streaming", () => {
    expect(write(plain)).not.toMatch(/stream/);
    if (streams) expect(write({ ...plain, streaming: true })).toMatch(/stream/);
    else expect(write({ ...plain, streaming: true })).toBe(write(plain));
  });

  it("keeps its lines short enough to read", () => {
    const longest = Math.max(
      ...write({ ...plain, streaming: true })
        .split("\n")
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(100);
  });
});

/** Stands in for the package, which the machine need not have, and prints what it is called with. */
const stubOfOpenAi = `
import json
class Omit: pass
class OpenAI:
    def __init__(self, **options): self.chat = self.completions = self
    def create(self, **data): print(json.dumps(data))
`;

describe("escaping", () => {
  const input = { ...plain, question: hostile, baseUrl: `https://x.example/it's$HOME"\``, chatflowId: "a'b/../$c" };
  const sampleOf = (id: string) => snippets.find((snippet) => snippet.id === id)?.write(input) ?? "";

  it("hands curl the very question and address, whatever the shell makes of their characters", () => {
    const args = execFileSync("bash", ["-c", `curl() { printf '%s\\0' "$@"; }\n${sampleOf("curl")}`], {
      encoding: "utf8",
    }).split("\0");
    expect(JSON.parse(args[args.indexOf("--data") + 1] ?? "")).toEqual({ question: hostile });
    expect(args[1]).toBe(`${input.baseUrl}/api/v1/prediction/${encodeURIComponent(input.chatflowId)}`);
  });

  it("hands fetch the very question and address", async () => {
    const calls: [string, { body: string }][] = [];
    const fetch = async (...call: [string, { body: string }]) => {
      calls.push(call);
      return { ok: true, json: async () => ({ text: "" }) };
    };
    await vm.runInNewContext(`(async () => {${sampleOf("javascript")}})()`, { fetch, JSON, console: { log() {} } });
    expect(calls[0]?.[0]).toBe(`${input.baseUrl}/api/v1/prediction/${encodeURIComponent(input.chatflowId)}`);
    expect(JSON.parse(calls[0]?.[1].body ?? "")).toEqual({ question: hostile });
  });

  it("hands the Flowise client the very question, id and address", async () => {
    const seen: unknown[] = [];
    class FlowiseClient {
      constructor(options: unknown) {
        seen.push(options);
      }
      async createPrediction(data: unknown) {
        seen.push(data);
        return { text: "" };
      }
    }
    const code = sampleOf("typescript").replace(/^import .*$/m, "");
    await vm.runInNewContext(`(async () => {${code}})()`, { sdk: { FlowiseClient }, console: { log() {} } });
    expect(seen).toEqual([{ baseUrl: input.baseUrl }, { chatflowId: input.chatflowId, question: hostile }]);
  });

  it("hands Python the very question and address", () => {
    const beforeTheCall = sampleOf("python").split("try:")[0];
    const script = `${beforeTheCall}\nprint(json.dumps([request.full_url, json.loads(request.data)]))`;
    const [url, body] = JSON.parse(execFileSync("python3", ["-c", script], { encoding: "utf8" }));
    expect(url).toBe(`${input.baseUrl}/api/v1/prediction/${encodeURIComponent(input.chatflowId)}`);
    expect(body).toEqual({ question: hostile });
  });

  it("hands curl the very question as a message to a model", () => {
    const args = execFileSync("bash", ["-c", `curl() { printf '%s\\0' "$@"; }\n${sampleOf("openai-curl")}`], {
      encoding: "utf8",
    }).split("\0");
    const body = JSON.parse(args[args.indexOf("--data") + 1] ?? "");
    expect(body).toEqual({ model: input.chatflowId, messages: [{ role: "user", content: hostile }] });
    expect(args[1]).toBe(`${input.baseUrl}/api/openai/v1/chat/completions`);
  });

  it.each(["openai-javascript", "openai-python"])("hands OpenAI's package the very question (%s)", async (id) => {
    const answer = { choices: [{ message: { content: "" } }] };
    const seen: { model?: string; messages?: unknown }[] = [];
    if (id === "openai-javascript") {
      class OpenAI {
        chat = { completions: this };
        async create(data: object) {
          seen.push(data);
          return answer;
        }
      }
      const code = sampleOf(id).replace(/^import .*$/m, "");
      await vm.runInNewContext(`(async () => {${code}})()`, { OpenAI, console: { log() {} } });
    } else {
      const call = sampleOf(id)
        .replace(/^from .*$/m, stubOfOpenAi)
        .replace(/^print\(.*$/m, "");
      seen.push(JSON.parse(execFileSync("python3", ["-c", call], { encoding: "utf8" })));
    }
    expect(seen).toMatchObject([{ model: input.chatflowId, messages: [{ role: "user", content: hostile }] }]);
  });

  it("stays JSON in the files of MCP clients", () => {
    for (const id of ["mcp-cursor", "mcp-claude"]) {
      const { mcpServers } = JSON.parse(sampleOf(id));
      expect(Object.keys(mcpServers)).toEqual([input.slug]);
      expect(JSON.stringify(mcpServers)).toContain(`/api/mcp/${encodeURIComponent(input.chatflowId)}`);
    }
  });
});
