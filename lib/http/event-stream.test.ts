import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { eventStream } from "@/lib/http/event-stream";

const heartbeat = { frame: ":heartbeat\n\n", everyMs: 20 };

test("a heartbeat is sent while nothing else comes, and no frame is lost to it", async () => {
  async function* frames() {
    yield "one";
    await wait(70);
    yield "two";
  }
  const text = await new Response(eventStream(frames(), heartbeat)).text();
  expect(text.match(/:heartbeat/g)?.length).toBeGreaterThanOrEqual(2);
  expect(text.replaceAll(heartbeat.frame, "")).toBe("onetwo");
});

test("a reader that leaves ends the frames", async () => {
  let ended = false;
  async function* frames() {
    try {
      for (;;) yield "more";
    } finally {
      ended = true;
    }
  }
  const reader = eventStream(frames(), heartbeat).getReader();
  await reader.read();
  await reader.cancel();
  expect(ended).toBe(true);
});

test("frames are made only as fast as they are read", async () => {
  let made = 0;
  async function* frames() {
    for (;;) yield String(++made);
  }
  const reader = eventStream(frames(), heartbeat).getReader();
  await reader.read();
  await wait(30);
  expect(made).toBeLessThanOrEqual(3);
  await reader.cancel();
});
