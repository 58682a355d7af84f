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

export const connections = 16;

let caller = 0;
/** A caller's address, each time another: guessing is slowed down by address. */
const nextAddress = () => `10.${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller++ & 255}`;

/**
 * Sends requests over 16 connections, each as soon as the one before was answered.
 * @returns answers a second
 */
export async function run(load: Load, durationMs: number): Promise<number> {
  const agent = new Agent({ connections, pipelining: 1 });
  const { origin, pathname } = new URL(load.url);
  const startedAt = performance.now();
  let answered = 0;
  const connection = async () => {
    while (performance.now() - startedAt < durationMs) {
      const { statusCode, body } = await agent.request({
        origin,
        path: pathname,
        method: load.method,
        headers: { ...load.headers, "x-forwarded-for": nextAddress() },
        body: load.body ?? null,
      });
      const text = await body.text();
      if (statusCode !== load.status) throw new StopError(`"${load.name}" was answered ${statusCode}: ${text}`);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - startedAt) / 1_000;
  await agent.close();
  return answered / seconds;
}
