import { z } from "zod";
import {
  askedIn,
  flagSchema,
  messageSchema,
  metadataSchema,
  modelSchema,
  overrideConfigSchema,
  storeSchema,
} from "@/lib/openai/messages";
import { noProbabilities, noTools, refuseTools, unsupported } from "@/lib/openai/unsupported";
import { parseInput } from "@/lib/parse-input";
import { type PredictionRequest, predictionRequest } from "@/lib/predictions/schema";

const textOnly = "A chatflow answers in text: leave response_format out.";
const inText = 'A chatflow answers in text: modalities can only be ["text"].';

/**
 * The body of a chat completion. What a chatflow leaves to its operator (temperature, the answer's length
 * and so on) is passed over; without what is refused the answer would be another than was asked for.
 */
const bodySchema = z
  .object(
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
      modalities: z.array(z.literal("text", inText), inText).nullish(),
      audio: unsupported("audio", "A chatflow answers in text"),
      logprobs: unsupported("logprobs", noProbabilities),
      top_logprobs: unsupported("top_logprobs", noProbabilities),
      stop: unsupported("stop", "A chatflow ends its answer where it ends"),
      tools: z.unknown().optional(),
      tool_choice: z.unknown().optional(),
      functions: unsupported("functions", noTools),
      // An empty one asks for a search as well.
      web_search_options: z.null("A chatflow searches no web: leave web_search_options out.").optional(),
      store: storeSchema,
      metadata: metadataSchema,
      overrideConfig: overrideConfigSchema,
    },
    "The body must be a JSON object with model and messages.",
  )
  .superRefine(refuseTools);

export interface ChatRequest {
  /** The chatflow's id or slug. */
  model: string;
  request: PredictionRequest;
  /** Whether a stream ends with what it has used. */
  includeUsage: boolean;
}

/** @throws AppError `invalid_input`, naming the field */
export function parseChatRequest(body: unknown): ChatRequest {
  const { model, messages, stream, stream_options, store, metadata, overrideConfig } = parseInput(bodySchema, body);
  const { question, history, uploads } = askedIn(messages, "messages");
  const sessionId = metadata?.session_id ?? null;
  const inputs = { vars: overrideConfig?.vars, uploads, overrideConfig };
  const asking = { question, history, inputs, streaming: stream, chatId: sessionId, sessionId, keeps: store };
  return { model, request: predictionRequest(asking), includeUsage: stream_options?.include_usage ?? false };
}
