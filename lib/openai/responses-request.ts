import { z } from "zod";
import type { Grant } from "@/lib/api-keys/verify";
import { readEngineConfig } from "@/lib/engines/registry";
import { AppError } from "@/lib/errors";
import {
  askedIn,
  flagSchema,
  type Message,
  messageSchema,
  metadataSchema,
  modelSchema,
  overrideConfigSchema,
  storeSchema,
} from "@/lib/openai/messages";
import { sessionOfResponse } from "@/lib/openai/response-id";
import { noProbabilities, refuseTools, unsupported } from "@/lib/openai/unsupported";
import { parseInput } from "@/lib/parse-input";
import { clientId, type PredictionRequest, predictionRequest } from "@/lib/predictions/schema";

/** What a message is not: calls of tools and their results, thoughts. A chatflow has none of them. */
const otherItem = z
  .object({ type: z.string().refine((type) => type !== "message" && type !== "item_reference") })
  .transform((): Message => ({ role: "tool", content: [] }));

const inputSchema = z.union(
  [
    z.string().transform((text): Message[] => [{ role: "user", content: [{ type: "text", text }] }]),
    z.array(z.union([otherItem, messageSchema])),
  ],
  "input must be text, or a list of messages with role and content, each as it is and not as a reference.",
);

const textOnly = "A chatflow answers in text: leave text.format out.";

const withProbabilities = "message.output_text.logprobs";

/** The body of a response. What is passed over and what is refused: see chat-request.ts. */
const bodySchema = z
  .object(
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
      // What else may be included belongs to tools and thoughts, of which there are none.
      include: z
        .array(
          z.string().refine((one) => one !== withProbabilities, `${noProbabilities}.`),
          "include must be a list.",
        )
        .nullish(),
      top_logprobs: unsupported("top_logprobs", noProbabilities),
      tools: z.unknown().optional(),
      tool_choice: z.unknown().optional(),
      prompt: unsupported("prompt", "A chatflow has its operator’s prompt"),
      store: storeSchema,
      metadata: metadataSchema,
      conversation: z.preprocess((value) => Object(value).id ?? value, clientId("conversation")),
      previous_response_id: z
        .string("previous_response_id must be text.")
        .nullish()
        .transform((id) => id ?? null),
      overrideConfig: overrideConfigSchema,
    },
    "The body must be a JSON object with model and input.",
  )
  .superRefine(refuseTools);

export interface ResponsesRequest {
  /** The chatflow's id or slug. */
  model: string;
  request: PredictionRequest;
  /** What the answer repeats. */
  echo: { metadata: object; previous_response_id: string | null };
}

/** @throws AppError `invalid_input` where a call names several conversations, of which one would be passed over */
function oneConversation(named: {
  previous_response_id: string | null;
  conversation: string | null;
  session_id: string | null;
}) {
  const { previous_response_id: previous, conversation, session_id } = named;
  const ids = new Set([session_id, conversation, previous].filter((id) => id !== null));
  if (ids.size <= 1) return [...ids][0] ?? null;
  throw new AppError(
    "invalid_input",
    "metadata.session_id, conversation and previous_response_id name different conversations: send one of them.",
    { field: conversation === null ? "metadata.session_id" : "conversation" },
  );
}

/** @throws AppError `invalid_input`, naming the field */
export function parseResponsesRequest(body: unknown): ResponsesRequest {
  const { model, input, stream, store, metadata, conversation, previous_response_id, overrideConfig } = parseInput(
    bodySchema,
    body,
  );
  const { question, history, uploads } = askedIn(input, "input");
  const previous = previous_response_id === null ? null : sessionOfResponse(previous_response_id);
  const session_id = metadata?.session_id ?? null;
  const sessionId = oneConversation({ session_id, conversation, previous_response_id: previous });
  const inputs = { vars: overrideConfig?.vars, uploads, overrideConfig };
  const asking = { question, history, inputs, streaming: stream, chatId: sessionId, sessionId, keeps: store };
  return { model, request: predictionRequest(asking), echo: { metadata: metadata ?? {}, previous_response_id } };
}

/**
 * Whether a chatflow knows the response that a call continues: without it, it would be answered as if it began.
 * A Flowise server has a memory of its own.
 *
 * @throws AppError `invalid_input`
 */
export function assertContinues({ echo }: ResponsesRequest, { chatflow, turns }: Grant): void {
  const config = readEngineConfig(chatflow.engine);
  if (echo.previous_response_id === null || turns.length > 0 || config.kind === "flowise") return;
  const message =
    config.memoryTurns === 0
      ? "This chatflow does not look back: leave previous_response_id out, and send earlier messages in input."
      : "The response of previous_response_id is not here: it was not stored, was deleted, or is another key’s.";
  throw new AppError("invalid_input", message, { field: "previous_response_id" });
}
