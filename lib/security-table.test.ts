import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { securityTable } from "@/lib/testing/security-table";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

const rows = securityTable(root);

// What a key manager is held to. A line may go only with what it was about.
test.each([
  ...["1.2.4", "1.2.10", "2.2.1", "2.3.3", "2.3.4", "2.4.1", "3.2.2", "3.3.1", "3.4.1", "3.4.2", "3.4.3", "3.5.1"],
  ...["4.1.3", "6.3.2", "6.3.4", "6.3.8", "7.2.2", "7.4.1", "8.2.1", "8.3.2", "8.4.1", "11.2.1", "14.2.1", "14.3.1"],
  ...["15.3.3", "15.3.4", "15.3.7", "15.4.2", "16.2.5", "16.3.1", "16.4.1", "16.5.1"],
  ...["LiteLLM 18731", "Unkey 5892", "Unkey, overlap", "LiteLLM 27193", "LiteLLM 31079", "better-auth 3573"],
  ...["Unkey 1995", "Dub, Retry-After", "Dub, expiry", "Langflow, look-up", "Langflow 8361"],
  ...["credential", "forwarding", "SSRF", "redirects", "errors", "inputs"].map((part) => `gateway, ${part}`),
  ...["OpenAI, tokens", "OpenAI, limits", "OpenAI, store", "MCP, tokens", "MCP, limits", "MCP, DNS rebinding"],
])("%s has a line in docs/security.md", (id) => {
  const lines = rows.filter(({ about }) => about === id || about.split(", ").includes(id));
  expect(lines).toHaveLength(1);
});

test.each(rows)("$about: the tests that are named are there", ({ shownBy }) => {
  for (const { text: one, file, title } of shownBy) {
    expect(file, `no file and title: ${one}`).toBeDefined();
    expect(existsSync(path.join(root, file as string)), `no such file: ${file}`).toBe(true);
    // The literal title: a line that merely holds the words is no test.
    const quoted = ['"', "`"].map((quote) => quote + title + quote);
    expect(
      quoted.some((text) => read(file as string).includes(text)),
      `no such test: ${one}`,
    ).toBe(true);
  }
});
