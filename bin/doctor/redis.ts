import { createClient } from "@redis/client";
import { about, type Finding } from "./finding.ts";

const { ok, warning, failure } = about("redis");

/** How long it is waited for, in milliseconds; a call waits as long. */
const patienceMs = 3_000;

/** A line of INFO's answer. */
function valueIn(info: string, name: string): string {
  return new RegExp(`^${name}:(.*)$`, "m").exec(info)?.[1]?.trim() ?? "";
}

/** The Redis that counts the calls of keys with limits, where one does: reachable, and keeping what it is given. */
export async function examineRedis(url: string | undefined): Promise<Finding> {
  if (url === undefined) return ok("None: Postgres counts the calls of keys with limits.");
  const socket = { connectTimeout: patienceMs, socketTimeout: patienceMs, reconnectStrategy: false } as const;
  const client = createClient({ url, socket });
  // What goes wrong is told by the command that it goes wrong with.
  client.on("error", () => {});
  const { host } = new URL(url);
  try {
    await client.connect();
    const info = await client.info();
    const seen = `Redis ${valueIn(info, "redis_version")} at ${host}.`;
    const policy = valueIn(info, "maxmemory_policy");
    if (policy === "" || policy === "noeviction") return ok(seen);
    return warning(
      `${seen} It may drop counters when its memory is full (maxmemory-policy ${policy}), and with them what keys have used of their limits.`,
      "Set maxmemory-policy to noeviction.",
    );
  } catch (error) {
    return failure(
      `Redis at ${host} cannot be used: ${(error as Error).message}.`,
      "Keys with limits are refused until it can. Check REDIS_URL and that Redis runs, or unset REDIS_URL to count in Postgres.",
    );
  } finally {
    client.destroy();
  }
}
