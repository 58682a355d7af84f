import { rootOf, type SnippetInput, tokenVariable } from "./snippet";

function mcpUrl(input: SnippetInput): string {
  return `${rootOf(input)}/api/mcp/${encodeURIComponent(input.chatflowId)}`;
}

const asFile = (slug: string, server: object) => `${JSON.stringify({ mcpServers: { [slug]: server } }, null, 2)}\n`;

/** `mcp.json` of Cursor, which puts environment variables in. */
export function cursorConfig(input: SnippetInput): string {
  const { auth, slug } = input;
  const token = auth.kind === "literal" ? auth.token : `\${env:${tokenVariable}}`;
  const headers = auth.kind === "none" ? {} : { headers: { Authorization: `Bearer ${token}` } };
  return asFile(slug, { url: mcpUrl(input), ...headers });
}

/** `mcp-remote` calls an http:// address of another machine only where it is told to. */
function httpAllowance(address: string): string[] {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && !["localhost", "127.0.0.1"].includes(hostname) ? ["--allow-http"] : [];
}

/**
 * `claude_desktop_config.json`: the program starts servers itself, hence `mcp-remote`. The header's value
 * is a variable because on Windows a space within an argument gets lost.
 */
export function claudeDesktopConfig(input: SnippetInput): string {
  const { auth, slug } = input;
  const url = mcpUrl(input);
  const args = ["-y", "mcp-remote", url, ...httpAllowance(url)];
  if (auth.kind === "none") return asFile(slug, { command: "npx", args });
  const token = auth.kind === "literal" ? auth.token : "flk_…";
  return asFile(slug, {
    command: "npx",
    args: [...args, "--header", `Authorization:\${AUTHORIZATION}`],
    env: { AUTHORIZATION: `Bearer ${token}` },
  });
}
