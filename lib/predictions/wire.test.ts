import { expect, test, vi } from "vitest";
import type { EngineEvent } from "@/lib/engines/engine";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { exposition } from "@/lib/metrics/metrics";
import { chatFrames } from "@/lib/openai/chat-answer";
import { responseFrames } from "@/lib/openai/responses-answer";
import { answerFrames, frame, jsonAnswer } from "@/lib/predictions/wire";

const facts = {
  ...{ id: "m-1", requestId: "r-1", question: "Hi?", chatId: "c-1", sessionId: "s-1" },
  ...{ streams: true, remembers: true },
};
const sources = [{ pageContent: "Hello", metadata: { source: "a.md" } }];

async function* events(...given: (EngineEvent | Error)[]): AsyncGenerator<EngineEvent, void> {
  for (const event of given) {
    if (event instanceof Error) throw event;
    yield event;
  }
}
const hello: EngineEvent[] = [
  { type: "token", text: "Hel" },
  { type: "token", text: "lo\n\n" },
  { type: "sources", sources },
  { type: "usage", usage: { inputTokens: 1, outputTokens: 2 } },
];

test("a frame is the literal line message: and data without a space, on one line", () => {
  expect(frame("token", "a\nb")).toBe('message:\ndata:{"event":"token","data":"a\\nb"}\n\n');
});

test("frames come in the order start, token…, sourceDocuments, metadata, end", async () => {
  expect((await Array.fromAsync(answerFrames(facts, events(...hello)))).join("")).toBe(
    [
      'message:\ndata:{"event":"start","data":""}',
      'message:\ndata:{"event":"token","data":"Hel"}',
      'message:\ndata:{"event":"token","data":"lo\\n\\n"}',
      'message:\ndata:{"event":"sourceDocuments","data":[{"pageContent":"Hello","metadata":{"source":"a.md"}}]}',
      'message:\ndata:{"event":"metadata","data":{"chatId":"c-1","chatMessageId":"m-1","question":"Hi?","sessionId":"s-1","memoryType":"Session memory","usage":{"inputTokens":1,"outputTokens":2}}}',
      'message:\ndata:{"event":"end","data":"[DONE]"}',
      "",
    ].join("\n\n"),
  );
});

const own: EngineEvent[] = [
  { type: "own", name: "usedTools", data: [1] },
  { type: "metadata", fields: { memoryType: "Buffer Memory", chatId: "theirs" } },
  { type: "own", name: "text", data: "theirs" },
  { type: "own", name: "thinking", data: "", more: { duration: 2 } },
];

test("an engine's own events are frames and fields, and take the place of none of ours", async () => {
  const frames = await Array.fromAsync(answerFrames({ ...facts, remembers: false }, events(...own)));
  expect(frames.slice(1, 4)).toEqual([
    frame("usedTools", [1]),
    frame("text", "theirs"),
    'message:\ndata:{"event":"thinking","data":"","duration":2}\n\n',
  ]);
  expect(frames.at(-2)).toContain('"memoryType":"Buffer Memory","chatId":"c-1"');
  const answer = await jsonAnswer({ ...facts, remembers: false }, events(...own));
  expect(answer).not.toHaveProperty("duration");
  expect(answer).toMatchObject({
    usedTools: [1],
    thinking: "",
    memoryType: "Buffer Memory",
    chatId: "c-1",
    text: "",
  });
});

test("what the engine heard is the question of the answer, streamed or not", async () => {
  const asked = { ...facts, question: "" };
  const heard: EngineEvent[] = [{ type: "question", text: "Open?" }];
  expect((await Array.fromAsync(answerFrames(asked, events(...heard)))).at(-2)).toContain('"question":"Open?"');
  expect(await jsonAnswer(asked, events(...heard))).toMatchObject({ question: "Open?" });
  expect(await jsonAnswer(asked, events())).toMatchObject({ question: "" });
});

test("a failure after the start is an error frame with a string, then end, and no metadata", async () => {
  const failure = new AppError("upstream_failed", "The model did not answer.");
  expect(await Array.fromAsync(answerFrames(facts, events({ type: "token", text: "Hel" }, failure)))).toEqual([
    frame("start", ""),
    frame("token", "Hel"),
    frame("error", "The model did not answer."),
    frame("end", "[DONE]"),
  ]);
});

test("the message of an unknown failure is not sent but logged, in every dialect, and the failure is counted", async () => {
  const failure = new Error("SELECT secret");
  const logged = vi.spyOn(log(), "error").mockReturnValue();
  const count = async () =>
    (await exposition()).text.match(/^flowlatch_api_errors_total\{code="internal"\} (\d+)$/m)?.[1] ?? 0;
  const before = Number(await count());
  const ofOpenAi = { ...facts, slug: "s", now: new Date() };
  const streams = [
    answerFrames(facts, events(failure)),
    chatFrames(ofOpenAi, events(failure), false),
    responseFrames({ ...ofOpenAi, isKept: true, echo: { metadata: {}, previous_response_id: null } }, events(failure)),
  ];
  for (const stream of streams) expect((await Array.fromAsync(stream)).join("")).not.toContain("SELECT");
  expect(logged.mock.calls).toEqual(Array(3).fill([{ requestId: "r-1", err: failure }, "request failed"]));
  expect(Number(await count()) - before).toBe(3);
});

test("the JSON answer has Flowise's members, and its usage", async () => {
  expect(await jsonAnswer(facts, events(...hello))).toEqual({
    text: "Hello\n\n",
    question: "Hi?",
    chatId: "c-1",
    chatMessageId: "m-1",
    sessionId: "s-1",
    memoryType: "Session memory",
    isStreamValid: true,
    sourceDocuments: sources,
    usage: { inputTokens: 1, outputTokens: 2 },
  });
});

test("an answer of many fields is put together in one go, whatever they are called", async () => {
  const names = ["__proto__", "constructor", ...Array.from({ length: 50_000 }, (_, index) => `field ${index}`)];
  const own = names.map((name) => ({ type: "own", name, data: name }) as EngineEvent);
  const metadata = names.map((name) => ({ type: "metadata", fields: { [name]: name } }) as EngineEvent);
  const answer = await jsonAnswer(facts, events(...own));
  const frames = await Array.fromAsync(answerFrames(facts, events(...metadata)));
  const { data } = JSON.parse(frames.at(-2)?.slice("message:\ndata:".length) ?? "");
  for (const said of [answer, data]) {
    const saidBy = Object.entries(said).filter(([name, value]) => name === value);
    expect(saidBy.map(([name]) => name)).toEqual(names);
  }
});

test("without memory and sources the answer does not mention them", async () => {
  const answer = await jsonAnswer({ ...facts, remembers: false }, events({ type: "token", text: "Hello" }));
  expect(Object.keys(answer).sort()).toEqual([
    "chatId",
    "chatMessageId",
    "isStreamValid",
    "question",
    "sessionId",
    "text",
  ]);
});
