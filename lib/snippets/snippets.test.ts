import { execFileSync } from "node:child_process";
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import type { SnippetAuth, SnippetInput } from "./snippet";
import { snippetTabs } from "./snippets";

const token = "flk_not-a-real-token";
const plain: SnippetInput = {
  baseUrl: "https://keys.example.com/",
  chatflowId: "0193a0f0-0000-7000-8000-000000000001",
  question: "When do you open?",
  auth: { kind: "none" },
  streaming: false,
};

/** Everything that ends a string, starts a substitution or is more than one code unit somewhere. */
const hostile = `it's "quoted" \\n \`tick\` $HOME $(id) \${x} {name} %s\r\n<script>\u2028 🗝️ \ud800`;

describe.each(snippetTabs)("the $label sample", ({ id, write }) => {
  it.each([false, true])("has no trace of authorization without a key (streaming: %s)", (streaming) => {
    expect(write({ ...plain, streaming })).not.toMatch(/authorization|bearer|apiKey|API_KEY/i);
  });

  it("names the environment variable, not a token, when the token is elsewhere", () => {
    const readings = {
      curl: '"Authorization: Bearer $FLOWLATCH_API_KEY"',
      javascript: "process.env.FLOWLATCH_API_KEY",
      python: 'os.environ["FLOWLATCH_API_KEY"]',
      typescript: "process.env.FLOWLATCH_API_KEY",
    };
    const sample = write({ ...plain, auth: { kind: "environment" } });
    expect(sample).toContain(readings[id]);
    expect(sample).not.toContain("flk_");
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
    expect(write(plain)).not.toMatch(/streaming/);
    expect(write({ ...plain, streaming: true })).toMatch(/streaming/);
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

describe("escaping", () => {
  const input = { ...plain, question: hostile, baseUrl: `https://x.example/it's$HOME"\``, chatflowId: "a'b/../$c" };
  const sampleOf = (id: string) => snippetTabs.find((tab) => tab.id === id)?.write(input) ?? "";

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
});
