import { z } from "zod";
import {
  askedIn,
  flagSchema,
  messageSchema,
  metadataSchema,
  modelSchema,
  overrideConfigSchema,
} from "@/lib/openai/messages";
import { parseInput } from "@/lib/parse-input";
import { type PredictionRequest, predictionRequest } from "@/lib/predictions/schema";

const textOnly = "A chatflow answers in text: leave response_format out.";

/**
 * The body of a chat completion. What a chatflow leaves to its operator (temperature, tools and so on)
 * is passed over; what would give the answer another form is refused.
 */
const bodySchema = z.object(
  {
    model: modelSchema,
    messages: z
      .array(messageSchema, "messages must be a list of messages.")
      .min(1, "messages must have at least one message."),
    stream: flagSchema("stream"),
    stream_options: z
      .object({ include_usage: flagSchema("stream_options.include_usage") }, "stream_options must be an object.")
      .nullish(),
    n: z.literal(1, "A chatflow gives one answer: n can only be 1.").nullish(),
    response_format: z.object({ type: z.literal("text", textOnly) }, textOnly).nullish(),
    metadata: metadataSchema,
    overrideConfig: overrideConfigSchema,
  },
  "The body must be a JSON object with model and messages.",
);

export interface ChatRequest {
  /** The chatflow's id or slug. */
  model: string;
  request: PredictionRequest;
  /** Whether a stream ends with what it has used. */
  includeUsage: boolean;
}

/** @throws AppError `invalid_input`, naming the field */
export function parseChatRequest(body: unknown): ChatRequest {
  const { model, messages, stream, stream_options, metadata, overrideConfig } = parseInput(bodySchema, body);
  const { question, history, uploads } = askedIn(messages, "messages");
  const sessionId = metadata?.session_id ?? null;
  const inputs = { vars: overrideConfig?.vars, uploads, overrideConfig };
  const asking = { question, history, inputs, streaming: stream, chatId: sessionId, sessionId };
  return { model, request: predictionRequest(asking), includeUsage: stream_options?.include_usage ?? false };
}
