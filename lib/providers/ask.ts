import "server-only";
import { upstreamFetch } from "@/lib/providers/upstream";
import { upstreamFailure } from "@/lib/providers/upstream-failure";

/** How long to wait for a list, and how much of one is read. */
export interface AskLimit {
  ms: number;
  signal: AbortSignal;
  maxBytes: number;
}

/** What a provider answered, whatever its status. */
export interface Answer {
  status: number;
  isHtml: boolean;
  /** Undefined when the body is no JSON, or longer than it may be. */
  json: unknown;
}

async function readBody(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Breaking off cancels the body.
    if (bytes > maxBytes) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Asks a provider for a list.
 * @throws AppError `upstream_failed` or `upstream_timeout` when there was no answer
 */
export async function askProvider(address: URL, headers: Record<string, string>, limit: AskLimit): Promise<Answer> {
  try {
    const response = await upstreamFetch(address, {
      headers: { Accept: "application/json", ...headers },
      signal: limit.signal,
    });
    const isHtml = response.headers.get("content-type")?.includes("text/html") ?? false;
    return { status: response.status, isHtml, json: parseJson(await readBody(response, limit.maxBytes)) };
  } catch (error) {
    throw upstreamFailure(error, address, limit.ms);
  }
}
