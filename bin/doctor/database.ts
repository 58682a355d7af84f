import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { migrationState } from "@/lib/db/migration-state";
import { sharesSessions } from "@/lib/db/pooler";
import { isDatabaseUnavailable } from "@/lib/errors";
import { root, type Settings } from "../deployment.ts";
import { about, type Finding } from "./finding.ts";

type Pool = Database["pool"];

const database = about("database");
const clock = about("clock");
const migrations = about("migrations");

/** The oldest Postgres that the tests run on. */
const oldestVersion = 15;
/** Clocks that differ by more make expiry and limits visibly early or late. */
const clockWarningMs = 2_000;
const clockFailureMs = 60_000;

/** Host, port and name of a database: what may be told of its address. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host || "the embedded Postgres"}${pathname}`;
}

async function examineServer(url: string, pool: Pool): Promise<Finding[]> {
  const { rows } = await pool.query<{ server_version: string }>("SHOW server_version");
  const version = rows[0]?.server_version ?? "";
  const seen = `Postgres ${version} at ${nameOf(url)}.`;
  if (Number.parseInt(version, 10) >= oldestVersion) return [database.ok(seen)];
  return [database.failure(seen, `Flowlatch needs Postgres ${oldestVersion} or newer.`)];
}

/**
 * What is to be said of two clocks.
 * @param unsureMs the difference is known to so many milliseconds: half of what asking took
 */
export function clockFinding(differenceMs: number, unsureMs: number): Finding {
  const seen = `This machine’s clock and the database’s differ by ${(differenceMs / 1000).toFixed(1)} s.`;
  const advice = "Keys expire and limits refill by these clocks: let both machines take their time from NTP.";
  const certainMs = differenceMs - unsureMs;
  if (certainMs > clockFailureMs) return clock.failure(seen, advice);
  return certainMs > clockWarningMs ? clock.warning(seen, advice) : clock.ok(seen);
}

async function examineClock(pool: Pool): Promise<Finding> {
  const before = Date.now();
  const { rows } = await pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  const after = Date.now();
  return clockFinding(Math.abs((rows[0]?.now.getTime() ?? 0) - (before + after) / 2), (after - before) / 2);
}

async function examineMigrations(pool: Pool): Promise<Finding> {
  const { pending, unknown } = await migrationState(root, pool);
  if (unknown.length > 0) {
    return migrations.failure(
      `The database is newer than this version: it has ${unknown.join(", ")}.`,
      "Run the version that applied them, or restore a backup from before.",
    );
  }
  if (pending.length === 0) return migrations.ok("The database has all of this version’s.");
  return migrations.failure(
    `The database lacks ${pending.length === 1 ? "one" : pending.length}: ${pending.join(", ")}.`,
    "Apply what is missing with `npm run release`, or start Flowlatch, which does it.",
  );
}

async function examinePooler(settings: Settings, pool: Pool): Promise<Finding[]> {
  if (!settings.DATABASE_URL || !(await sharesSessions(pool))) return [];
  const seen = "A connection pooler in transaction mode stands in front.";
  if (settings.DATABASE_URL_UNPOOLED) return [database.ok(seen)];
  const advice = "Set DATABASE_URL_UNPOOLED to the address without it: migrations cannot pass it.";
  return [database.warning(seen, advice)];
}

/** Whether the address that migrations take leads anywhere. */
async function examineUnpooled({ DATABASE_URL_UNPOOLED: url }: Settings): Promise<Finding[]> {
  if (!url) return [];
  return await withPool(url, async ({ pool }) => {
    await pool.query("SELECT");
    return [];
  });
}

/** What `work` finds, or that the database could not be asked. */
async function withPool(url: string, work: (db: Database) => Promise<Finding[]>): Promise<Finding[]> {
  const db = openDatabase(url, 2);
  try {
    return await work(db);
  } catch (error) {
    const reason = isDatabaseUnavailable(error) ? "cannot be reached" : "refused what it was asked";
    return [
      database.failure(
        `The database ${nameOf(url)} ${reason}: ${(error as Error).message || (error as { code?: string }).code}.`,
        "Check its address, that it runs, and that this machine may connect to it.",
      ),
    ];
  } finally {
    await closeDatabase(db);
  }
}

/**
 * The database: reachable, new enough, in step with this machine's clock, with this version's schema.
 * @param further is examined on it as well, where its schema is this version's
 */
export async function examineDatabase(
  url: string,
  settings: Settings,
  further: (db: Database) => Promise<Finding[]>,
): Promise<Finding[]> {
  const findings = await withPool(url, async (db) => {
    const schema = await examineMigrations(db.pool);
    return [
      ...(await examineServer(url, db.pool)),
      ...(await examinePooler(settings, db.pool)),
      await examineClock(db.pool),
      schema,
      ...(schema.state === "ok" ? await further(db) : []),
    ];
  });
  return [...findings, ...(await examineUnpooled(settings))];
}
