import { generateToken } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { median, spread, table } from "./figures.ts";
import { asking, run } from "./load.ts";
import type { Servers } from "./servers.ts";

const rounds = 5;
const roundMs = 2_000;
const badConnections = 64;

/** What calls that work wait for while many others do not. */
export async function crowd(db: Database, { app, provider }: Servers): Promise<string> {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const url = `${app.url}/api/v1/prediction/${chatflowId}`;
  const good = asking("predictions", url, key.token);
  const bad = asking("bad tokens", url, generateToken(), 401);
  await run(good, 6_000, 4);
  const [quiet, crowded]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    quiet.push(median((await run(good, roundMs, 4)).latencies));
    const [answered] = await Promise.all([run(good, roundMs, 4), run(bad, roundMs, badConnections)]);
    crowded.push(median(answered.latencies));
  }
  const row = (name: string, values: number[]) => [
    name,
    median(values).toFixed(1),
    spread(values, 1),
    (median(values) / median(quiet)).toFixed(2),
  ];
  return `## A crowd of bad tokens

What a prediction over 4 connections takes, in milliseconds, by itself and while ${badConnections} connections send unknown tokens as fast as they are refused, each from another address; medians of ${rounds} rounds.

${table([["", "median", "spread", "of quiet"], row("quiet", quiet), row(`with ${badConnections} bad connections`, crowded)])}
`;
}
