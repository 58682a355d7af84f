import { expect, test } from "vitest";
import { frame, heartbeatFrame } from "@/lib/predictions/wire";
import { readAnswer } from "./read-answer";

/** Frames as a response whose body arrives in pieces of so many bytes, wherever that cuts them. */
function streamed(frames: string[], pieceLength: number): Response {
  const bytes = new TextEncoder().encode(frames.join(""));
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceLength) }, (_, at) =>
    bytes.slice(at * pieceLength, (at + 1) * pieceLength),
  );
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

const source = { pageContent: "Nine to six.", metadata: { source: "Hours", heading: "Opening" } };

test("an answer is read whole wherever its stream is cut, and heartbeats are no part of it", async () => {
  const frames = [
    frame("start", ""),
    frame("token", "We open at nine – "),
    heartbeatFrame,
    frame("token", "Größe 日本"),
    // Two passages of one place.
    frame("sourceDocuments", [source, { ...source, pageContent: "On Saturdays ten to two." }]),
    frame("metadata", { chatMessageId: "m1" }),
    frame("end", "[DONE]"),
  ];
  for (const pieceLength of [1, 7, 10_000]) {
    expect(await Array.fromAsync(readAnswer(streamed(frames, pieceLength)))).toEqual([
      { type: "token", text: "We open at nine – " },
      { type: "token", text: "Größe 日本" },
      { type: "sources", sources: ["Hours › Opening"] },
      { type: "done", messageId: "m1" },
    ]);
  }
});

test("a failure on the way is told, and a stream that ends without its facts is not taken for whole", async () => {
  const failed = [frame("token", "We "), frame("error", "The provider is away."), frame("end", "[DONE]")];
  expect(await Array.fromAsync(readAnswer(streamed(failed, 5)))).toEqual([
    { type: "token", text: "We " },
    // In words of its own: a visitor knows of no provider.
    { type: "error" },
  ]);
  const cut = await Array.fromAsync(readAnswer(streamed([frame("token", "We ")], 5)));
  expect(cut.map(({ type }) => type)).toEqual(["token"]);
});

test("an engine that does not stream answers in one piece", async () => {
  const answer = Response.json({ text: "At nine.", sourceDocuments: [source], chatMessageId: "m1" });
  const events = await Array.fromAsync(readAnswer(answer));
  expect(events.map(({ type }) => type)).toEqual(["token", "sources", "done"]);
});
