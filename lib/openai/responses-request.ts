import { z } from "zod";
import {
  askedIn,
  flagSchema,
  type Message,
  messageSchema,
  metadataSchema,
  modelSchema,
  overrideConfigSchema,
} from "@/lib/openai/messages";
import { sessionOfResponse } from "@/lib/openai/response-id";
import { parseInput } from "@/lib/parse-input";
import { clientId, type PredictionRequest, predictionRequest } from "@/lib/predictions/schema";

/** What a message is not: calls of tools and their results, thoughts, references. A chatflow has none of them. */
const otherItem = z
  .object({ type: z.string().refine((type) => type !== "message") })
  .transform((): Message => ({ role: "tool", content: [] }));

const inputSchema = z.union(
  [
    z.string().transform((text): Message[] => [{ role: "user", content: [{ type: "text", text }] }]),
    z.array(z.union([otherItem, messageSchema])),
  ],
  "input must be text, or a list of messages with role and content.",
);

const textOnly = "A chatflow answers in text: leave text.format out.";

/** The body of a response. What a chatflow leaves to its operator is passed over; see chat-request.ts. */
const bodySchema = z.object(
  {
    model: modelSchema,
    input: inputSchema,
    stream: flagSchema("stream"),
    background: z.literal(false, "A chatflow answers at once: background can only be false.").nullish(),
    text: z
      .object({
        format: z.object({ type: z.literal("text", textOnly) }, textOnly).nullish(),
      })
      .nullish(),
    metadata: metadataSchema,
    conversation: z.preprocess((value) => Object(value).id ?? value, clientId("conversation")),
    previous_response_id: z
      .string("previous_response_id must be text.")
      .nullish()
      .transform((id) => id ?? null),
    overrideConfig: overrideConfigSchema,
  },
  "The body must be a JSON object with model and input.",
);

export interface ResponsesRequest {
  /** The chatflow's id or slug. */
  model: string;
  request: PredictionRequest;
  /** What the answer repeats. */
  echo: { metadata: object; previous_response_id: string | null };
}

/** @throws AppError `invalid_input`, naming the field */
export function parseResponsesRequest(body: unknown): ResponsesRequest {
  const { model, input, stream, metadata, conversation, previous_response_id, overrideConfig } = parseInput(
    bodySchema,
    body,
  );
  const { question, history, uploads } = askedIn(input, "input");
  const previous = previous_response_id === null ? null : sessionOfResponse(previous_response_id);
  const sessionId = metadata?.session_id ?? conversation ?? previous;
  const inputs = { vars: overrideConfig?.vars, uploads, overrideConfig };
  const asking = { question, history, inputs, streaming: stream, chatId: sessionId, sessionId };
  return { model, request: predictionRequest(asking), echo: { metadata: metadata ?? {}, previous_response_id } };
}
