import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { SourceMap, type SourceMapping } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Database } from "@/lib/db/client";
import { createModelChatflow } from "@/lib/testing/model-chatflow";
import { table } from "./figures.ts";
import { asking, connections, run } from "./load.ts";
import { type Servers, startApp } from "./servers.ts";

const warmUpMs = 8_000;
const measuredMs = 10_000;

/** What `node --cpu-prof` writes (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile). */
interface Profile {
  nodes: ProfileNode[];
  /** Microseconds of the system's monotonic clock. */
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

interface ProfileNode {
  id: number;
  /** Line and column are where the function begins, counted from 0. */
  callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number };
  children?: number[];
}

/** Whose a source file is. The first that fits decides. */
const rooms: [name: string, sources: RegExp][] = [
  ["verification: limits, counters, the call's grant", /lib\/(api-keys|refused-calls)\//],
  ["record: history, usage, last use", /lib\/predictions\/record/],
  ["the database's driver", /node_modules\/(pg|pg-[a-z]+|postgres-[a-z]+)\/|lib\/db\//],
  ["connection to the model", /undici|lib\/providers\//],
  ["engine: the provider's protocol", /@ai-sdk|eventsource-parser|lib\/engines\//],
  ["checks of what is sent and stored", /node_modules\/zod\//],
  ["the way of a prediction: its request and answer", /lib\/|app\//],
  ["Next", /node_modules\/next\//],
  ["HTTP", /node:(_http|http|internal\/http|net|internal\/stream_base)|bin\//],
];
const collector = "garbage collector";
const rest = "the rest of Node: sockets, timers, promises";
const idle = "(idle)";

/** Where the processor's time of a prediction goes: a profile of the server under load, by whose code it ran. */
export async function profile(db: Database, { provider }: Servers): Promise<string> {
  const { chatflowId, key } = await createModelChatflow(db, provider.url);
  const scratch = mkdtempSync(path.join(tmpdir(), "flowlatch-profile-"));
  try {
    const app = await startApp({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${scratch} --cpu-prof-interval=500` });
    const load = asking("a prediction", `${app.url}/api/v1/prediction/${chatflowId}`, key.token);
    await run(load, warmUpMs);
    const begin = process.hrtime.bigint();
    const { latencies } = await run(load, measuredMs);
    const end = process.hrtime.bigint();
    await app.stop();
    const times = timesByRoom(readProfile(scratch), Number(begin / 1_000n), Number(end / 1_000n));
    const all = [...times.values()].reduce((sum, time) => sum + time, 0);
    const rows = [...times]
      .toSorted(([, one], [, other]) => other - one)
      .map(([room, time]) => [
        room,
        (time / 1_000 / latencies.length).toFixed(2),
        `${((time / all) * 100).toFixed(0)}%`,
      ]);
    return `## Where the time goes

Processor time of the server's main thread for a prediction with a model, in milliseconds, by whose code ran; a sampled profile of ${latencies.length} calls over ${connections} connections. What is nobody's own is counted to whoever called it.

${table([["", "ms a call", "of all"], ...rows])}
`;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The longest of the profiles: the server's threads have one each. */
function readProfile(directory: string): Profile {
  const all = readdirSync(directory).map(
    (file) => JSON.parse(readFileSync(path.join(directory, file), "utf8")) as Profile,
  );
  return all.toSorted((one, other) => other.nodes.length - one.nodes.length)[0] as Profile;
}

/** Microseconds by room, of the samples between two times. */
function timesByRoom(
  { nodes, startTime, samples, timeDeltas }: Profile,
  begin: number,
  end: number,
): Map<string, number> {
  const roomOf = roomsOf(nodes);
  const times = new Map<string, number>();
  let at = startTime;
  samples.forEach((sample, index) => {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    const room = roomOf.get(sample) ?? rest;
    if (at >= begin && at <= end && room !== idle) times.set(room, (times.get(room) ?? 0) + delta);
  });
  return times;
}

/** Each node's room: its own, or that of whoever called it. */
function roomsOf(nodes: ProfileNode[]): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rooms = new Map<number, string>();
  const visit = (node: ProfileNode, caller: string) => {
    const room = roomOfFrame(node.callFrame) ?? caller;
    rooms.set(node.id, room);
    for (const child of node.children ?? []) visit(byId.get(child) as ProfileNode, room);
  };
  if (nodes[0]) visit(nodes[0], rest);
  return rooms;
}

function roomOfFrame({ functionName, url, lineNumber, columnNumber }: ProfileNode["callFrame"]): string | null {
  if (functionName === "(garbage collector)") return collector;
  if (functionName === idle) return idle;
  const source = sourceOf(url, lineNumber, columnNumber);
  return rooms.find(([, sources]) => sources.test(source))?.[0] ?? null;
}

const maps = new Map<string, SourceMap | null>();

/** The source that a built function was made of. */
function sourceOf(url: string, line: number, column: number): string {
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  if (!maps.has(file)) maps.set(file, mapOf(file));
  const entry = maps.get(file)?.findEntry(line, column) as Partial<SourceMapping> | undefined;
  return entry?.originalSource ?? file;
}

function mapOf(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
  } catch {
    return null;
  }
}
