// What happens to instances: three of them behind nginx and PgBouncer, as containers run them.
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { disableApiKey } from "@/lib/api-keys/switching";
import { generateToken } from "@/lib/api-keys/token";
import {
  Callers,
  callOnce,
  createGuarded,
  type FaultStage,
  faultRounds,
  recordedAmong,
  startFaultStage,
} from "@/lib/testing/fault-stage";

let stage: FaultStage;
beforeAll(async () => {
  stage = await startFaultStage();
}, 300_000);
afterAll(() => stage?.stop(), 60_000);

test("instances are killed under load: what was acknowledged is there, nobody else gets in, and no restart is needed", async () => {
  const { chatflowId, key } = await createGuarded(stage, "Killed");
  const good = new Callers(6, () => callOnce(stage.url, chatflowId, key.token));
  const bad = new Callers(1, () => callOnce(stage.url, chatflowId, generateToken()));
  for (let round = 0; round < faultRounds; round++) {
    const victim = stage.instances[round % stage.instances.length];
    await wait(200);
    await victim?.kill();
    await wait(300);
    await victim?.start();
  }
  const calls = await good.stop();
  await bad.stop();
  // Of a call that was under way nginx says 502, or asks another instance; of the answer that had begun nothing.
  expect(good.statuses().filter((status) => ![0, 200, 502, 503].includes(status))).toEqual([]);
  expect(bad.statuses().filter((status) => ![0, 401, 429, 502, 503].includes(status))).toEqual([]);
  const acknowledged = calls.flatMap(({ id }) => id ?? []);
  expect(acknowledged.length).toBeGreaterThan(faultRounds * 10);
  expect(await recordedAmong(stage.db, acknowledged)).toBe(acknowledged.length);
}, 600_000);

test("of calls that race with the end of their key at three instances, none that is sent after it was acknowledged passes", async () => {
  const callsInAll = faultRounds * 500;
  let sent = 0;
  for (let round = 0; round < 10; round++) {
    const { chatflowId, key } = await createGuarded(stage, `Raced ${round}`);
    let next = 0;
    const callers = new Callers(12, () => callOnce(stage.instances[next++ % 3]?.url ?? "", chatflowId, key.token));
    const enough = (count: number) =>
      expect.poll(() => callers.calls.length, { timeout: 120_000 }).toBeGreaterThan(count);
    await enough(callsInAll / 20);
    await disableApiKey({ ...stage.ctx, now: new Date() }, { id: key.id });
    const endedAt = performance.now();
    await enough(callsInAll / 10);
    const calls = await callers.stop();
    sent += calls.length;
    expect(calls.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const late = calls.filter(({ sentAt, status }) => sentAt > endedAt && status !== 401 && status !== 429);
    expect(late).toEqual([]);
  }
  expect(sent).toBeGreaterThanOrEqual(callsInAll);
}, 600_000);
