import { expect, test } from "vitest";
import { claudeDesktopConfig } from "./mcp";
import type { SnippetAuth } from "./snippet";

const auths: SnippetAuth[] = [{ kind: "none" }, { kind: "environment" }, { kind: "literal", token: "flk_x" }];

test.each([
  ["http://flowlatch.internal:3000", true],
  ["http://192.168.1.20", true],
  ["http://localhost.example.com", true],
  ["http://[::1]:3000", true],
  ["http://localhost:3000", false],
  ["http://127.0.0.1:3000/gate/", false],
  ["https://flowlatch.example.com", false],
])("Claude Desktop's mcp-remote is told that %s may be called without https: %s", (baseUrl, isTold) => {
  for (const auth of auths) {
    const input = { baseUrl, chatflowId: "c1", slug: "support", question: "", streaming: false, auth };
    const { command, args } = JSON.parse(claudeDesktopConfig(input)).mcpServers.support;
    const [yes, program, address, ...options] = args;
    expect([command, yes, program]).toEqual(["npx", "-y", "mcp-remote"]);
    expect(address).toBe(`${baseUrl.replace(/\/$/, "")}/api/mcp/c1`);
    const header = auth.kind === "none" ? [] : ["--header", `Authorization:\${AUTHORIZATION}`];
    expect(options).toEqual([...(isTold ? ["--allow-http"] : []), ...header]);
  }
});
