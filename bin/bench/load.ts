import { Agent } from "undici";
import { StopError } from "../stop-error.ts";

/** Requests of one kind, one connection after the other. */
export interface Load {
  name: string;
  url: string;
  method: "GET" | "POST";
  headers: Record<string, string>;
  body?: string;
  /** What each of them must be answered with: a fast error is no figure. */
  status: number;
}

/** A question to a chatflow, or to a handler that takes the same. */
export function asking(name: string, url: string, token: string, status = 200): Load {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const body = JSON.stringify({ question: "When does the workshop open?" });
  return { name, url, method: "POST", headers, body, status };
}

export interface Answered {
  perSecond: number;
  /** Of each answer, in milliseconds. */
  latencies: number[];
}

export const connections = 16;

let caller = 0;
/** A caller's address, each time another: guessing is slowed down by address. */
const nextAddress = () => `10.${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller++ & 255}`;

/** Sends requests over some connections, each as soon as the one before was answered. */
export async function run(load: Load, durationMs: number, over = connections): Promise<Answered> {
  const agent = new Agent({ connections: over, pipelining: 1 });
  const { origin, pathname } = new URL(load.url);
  const startedAt = performance.now();
  const latencies: number[] = [];
  const connection = async () => {
    while (performance.now() - startedAt < durationMs) {
      const sentAt = performance.now();
      const { statusCode, body } = await agent.request({
        origin,
        path: pathname,
        method: load.method,
        headers: { ...load.headers, "x-forwarded-for": nextAddress() },
        body: load.body ?? null,
      });
      const text = await body.text();
      if (statusCode !== load.status) throw new StopError(`"${load.name}" was answered ${statusCode}: ${text}`);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: over }, connection));
  const seconds = (performance.now() - startedAt) / 1_000;
  await agent.close();
  return { perSecond: latencies.length / seconds, latencies };
}
