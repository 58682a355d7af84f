import { z } from "zod";
import { AppError } from "@/lib/errors";
import { type PredictionRequest, parsePrediction } from "@/lib/predictions/schema";

const toolPrefix = "ask_";
/** Assistants put a server's name before it, and some take 60 characters in all. */
const toolNameMaxLength = 40;

/** The one tool of a chatflow. An assistant may have several: each is called like its chatflow. */
export function toolNameOf(slug: string): string {
  return `${toolPrefix}${slug.replaceAll("-", "_")}`.slice(0, toolNameMaxLength);
}

/** What the tool takes; `parsePrediction` knows the rest. */
export const toolInputSchema = z.object({
  question: z.string().min(1).describe("The question, in plain language."),
  sessionId: z
    .string()
    .optional()
    .describe("To continue a conversation: the sessionId that came with an earlier answer."),
});

const toolCallSchema = z.object({
  method: z.literal("tools/call"),
  // Which of its names the chatflow has is known only once the call was counted.
  params: z.object({ name: z.string().startsWith(toolPrefix), arguments: toolInputSchema }),
});

/**
 * The question that a message asks; null for one that asks nothing (the handshake, the list of tools) or
 * asks in a way that the protocol itself will refuse. A batch is refused here, as the protocol has done
 * since its version of 2025-06-18: its calls would be counted as one.
 *
 * @throws AppError `invalid_request` for a batch, `invalid_input` for a question that cannot be asked
 */
export function questionIn(message: unknown): PredictionRequest | null {
  if (Array.isArray(message)) throw new AppError("invalid_request", "Send one JSON-RPC message at a time.");
  const call = toolCallSchema.safeParse(message);
  return call.success ? parsePrediction(call.data.params.arguments) : null;
}
