import type { Database } from "@/lib/db/client";
import { median, spread, table } from "./figures.ts";
import { connections, type Load, run } from "./load.ts";
import { prepareLoads } from "./loads.ts";
import { processorTime } from "./processor-time.ts";
import type { Running, Servers } from "./servers.ts";

const rounds = 5;
const roundMs = 2_000;
/** The engine compiles what runs often; before that a call costs twice as much. */
const warmUpMs = 6_000;

interface Measured {
  load: Load;
  /** Answers a second, of each round. */
  rates: number[];
  answers: number;
  /** Processor time of all rounds, in milliseconds. */
  ms: { server: number; database: number };
}

function timesOf(servers: Servers) {
  const of = (...running: (Running | null)[]) => processorTime(running.flatMap((one) => one?.pid ?? []));
  return {
    server: of(servers.app, servers.appWithRedis, servers.floor, servers.portkey),
    database: of(servers.database),
  };
}

/** Round by round and not load by load, so that what else this machine does strikes all of them alike. */
async function measure(loads: Load[], servers: Servers): Promise<Measured[]> {
  for (const load of loads) await run(load, warmUpMs);
  const all = loads.map((load): Measured => ({ load, rates: [], answers: 0, ms: { server: 0, database: 0 } }));
  for (let round = 0; round < rounds; round++) {
    for (const one of all) {
      const before = timesOf(servers);
      const { perSecond, latencies } = await run(one.load, roundMs);
      const after = timesOf(servers);
      one.rates.push(perSecond);
      one.answers += latencies.length;
      one.ms.server += after.server - before.server;
      one.ms.database += after.database - before.database;
    }
  }
  return all;
}

/** Predictions and refusals beside a handler that does nothing of ours. */
export async function calls(db: Database, servers: Servers): Promise<string> {
  const measured = await measure(await prepareLoads(db, servers), servers);
  const [bare = Number.NaN, naive = Number.NaN] = measured.map(({ rates }) => median(rates));
  const rows = measured.map(({ load, rates, answers, ms }) => [
    load.name,
    median(rates).toFixed(0),
    spread(rates),
    (median(rates) / bare).toFixed(2),
    (median(rates) / naive).toFixed(2),
    (ms.server / answers).toFixed(2),
    (ms.database / answers).toFixed(2),
  ]);
  return `## Calls

Over ${connections} connections, each asking as soon as it was answered; median and spread of ${rounds} rounds of ${roundMs / 1_000} s. All calls of a line are made with one key, so each waits for the same counters. The last two columns are processor time a call: of the server, and of the database.

${table([["", "a second", "spread", "of bare", "of naive", "server ms", "database ms"], ...rows])}
`;
}
