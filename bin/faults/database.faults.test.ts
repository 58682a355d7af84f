// What happens to the database under three instances, while calls and changes go on.
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiKey } from "@/lib/api-keys/service";
import { generateToken } from "@/lib/api-keys/token";
import { toAppError } from "@/lib/errors";
import {
  Callers,
  callOnce,
  createGuarded,
  type FaultStage,
  faultRounds,
  recordedAmong,
  restrictApp,
  startFaultStage,
} from "@/lib/testing/fault-stage";

/** What a fault may last until service is back after it, in milliseconds. */
const backWithinMs = 5_000;
const roundsEach = Math.max(1, Math.round(faultRounds / 5));

let stage: FaultStage;
beforeAll(async () => {
  stage = await startFaultStage({ volumeMb: 400 });
}, 300_000);
afterAll(() => stage?.stop(), 60_000);

/** Somebody who goes on making keys; what was made is made, and what was not says that the database is away. */
function keepCreatingKeys() {
  const made: string[] = [];
  const failures = new Set<string>();
  let isOver = false;
  const running = (async () => {
    for (let count = 0; !isOver; count++) {
      const ctx = { ...stage.ctx, now: new Date() };
      await createApiKey(ctx, { name: `Made ${performance.now()} ${count}` }).then(
        ({ id }) => made.push(id),
        (error: unknown) => failures.add(toAppError(error).code),
      );
      await wait(20);
    }
  })();
  return {
    made,
    failures,
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}

interface Fault {
  title: string;
  /** False where it cannot be made here. */
  begin(): unknown;
  end(): unknown;
}

const faults: Fault[] = [
  { title: "is killed and started again", begin: () => stage.postgres.kill(), end: () => stage.postgres.start() },
  {
    title: "does not answer, with its connections open",
    begin: () => stage.postgres.freeze(),
    end: () => stage.postgres.resume(),
  },
  {
    title: "has no connection left for them",
    begin: () => restrictApp(stage.db, "CONNECTION LIMIT 0"),
    end: () => restrictApp(stage.db, "CONNECTION LIMIT -1"),
  },
  {
    title: "takes no changes",
    begin: () => restrictApp(stage.db, "SET default_transaction_read_only = on"),
    end: () => restrictApp(stage.db, "RESET default_transaction_read_only"),
  },
  {
    title: "has a full disk",
    begin: () => stage.postgres.fillVolume(),
    end: () => {
      stage.postgres.clearVolume();
      stage.postgres.start();
    },
  },
];

test.each(faults)(
  "while it $title, calls are refused with 503 or 502 and nothing acknowledged is lost; then all is back",
  async ({ title, begin, end }) => {
    const { chatflowId, key } = await createGuarded(stage, `Database ${title}`);
    const good = new Callers(6, () => callOnce(stage.url, chatflowId, key.token));
    const bad = new Callers(1, () => callOnce(stage.url, chatflowId, generateToken()));
    const keys = keepCreatingKeys();
    for (let round = 0; round < roundsEach; round++) {
      await wait(500);
      if ((await begin()) === false) {
        process.stdout.write(`  not possible here: ${title}\n`);
        break;
      }
      await wait(1_500);
      await end();
      const endedAt = performance.now();
      await expect
        .poll(() => good.calls.some(({ sentAt, status }) => sentAt > endedAt && status === 200), { timeout: 30_000 })
        .toBe(true);
      const back = good.calls.find(({ sentAt, status }) => sentAt > endedAt && status === 200);
      expect((back?.answeredAt ?? Number.POSITIVE_INFINITY) - endedAt).toBeLessThan(backWithinMs);
    }
    const calls = await good.stop();
    await bad.stop();
    await keys.stop();
    expect(good.statuses().filter((status) => ![0, 200, 502, 503].includes(status))).toEqual([]);
    expect(bad.statuses().filter((status) => ![0, 401, 429, 502, 503].includes(status))).toEqual([]);
    expect([...keys.failures].filter((code) => code !== "database_unavailable")).toEqual([]);

    const acknowledged = calls.flatMap(({ id }) => id ?? []);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(await recordedAmong(stage.db, acknowledged)).toBe(acknowledged.length);
    const { rows } = await stage.db.pool.query<{ keys: number; events: number }>(
      `SELECT (SELECT count(*) FROM api_key WHERE id = ANY($1::uuid[]))::int AS keys,
            (SELECT count(*) FROM audit_event WHERE target_id = ANY($1::uuid[]) AND action = 'api_key.created')::int AS events`,
      [keys.made],
    );
    expect(rows).toEqual([{ keys: keys.made.length, events: keys.made.length }]);
  },
  600_000,
);
