import { originOf } from "@/components/chat/origin-of";
import { readLines } from "@/components/chat/read-lines";
import type { SourceDocument } from "@/lib/engines/engine";

/** What an answer brings, piece by piece. */
export type AnswerEvent =
  | { type: "token"; text: string }
  | { type: "sources"; sources: string[] }
  /** Last: the answer is whole and recorded under this id. */
  | { type: "done"; messageId: string }
  | { type: "error" };

type Frame =
  | { event: "token" | "error"; data: string }
  | { event: "sourceDocuments"; data: SourceDocument[] }
  | { event: "metadata"; data: { chatMessageId: string } }
  | { event: "start" | "end"; data: string };

/** Each once: two passages below one heading are one place to a visitor. */
const namesOf = (documents: SourceDocument[]) => [...new Set(documents.map(originOf).filter(Boolean))];

/** Reads the answer to a prediction: server-sent events, or JSON of an engine that does not stream. */
export async function* readAnswer(response: Response): AsyncGenerator<AnswerEvent, void> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    const { text, sourceDocuments = [], chatMessageId } = await response.json();
    yield { type: "token", text };
    yield { type: "sources", sources: namesOf(sourceDocuments) };
    yield { type: "done", messageId: chatMessageId };
    return;
  }
  if (!response.body) return;
  for await (const line of readLines(response.body)) {
    if (!line.startsWith("data:")) continue;
    const { event, data } = JSON.parse(line.slice("data:".length)) as Frame;
    if (event === "token") yield { type: "token", text: data };
    if (event === "error") yield { type: "error" };
    if (event === "sourceDocuments") yield { type: "sources", sources: namesOf(data) };
    if (event === "metadata") yield { type: "done", messageId: data.chatMessageId };
  }
}
