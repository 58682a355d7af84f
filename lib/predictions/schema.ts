import { z } from "zod";
import type { EngineInputs, Turn } from "@/lib/engines/engine";
import { newId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";

/** Longest question, in UTF-16 code units. */
export const questionMaxLength = 32_000;
const idMaxLength = 256;

const text = (field: string) =>
  z
    .string({ error: ({ input }) => (input === undefined ? `${field} is required.` : `${field} must be text.`) })
    .max(questionMaxLength, `${field} can have at most ${questionMaxLength} characters.`)
    // Postgres stores neither NUL nor half of a surrogate pair.
    .refine((value) => !value.includes("\0"), `${field} cannot contain the NUL character.`)
    .transform((value) => value.toWellFormed());

/** Null and "" count as absent: the website widget sends both before a session has begun. */
const clientId = (field: string) =>
  z
    .string(`${field} must be text.`)
    .max(idMaxLength, `${field} can have at most ${idMaxLength} characters.`)
    .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), `${field} cannot contain control characters.`)
    .nullish()
    .transform((value) => value || null);

const speakers = ["userMessage", "apiMessage"] as const;
const speaker = z.enum(speakers, `must be "userMessage" or "apiMessage".`);

/** `{role, content}`, or `{type, message}` as older clients send it. */
const historyMessage = z
  .object(
    {
      role: speaker.optional(),
      type: speaker.optional(),
      content: text("history content").optional(),
      message: text("history message").optional(),
    },
    "Each entry of history must be an object with role and content.",
  )
  .transform(({ role, type, content, message }) => ({ speaker: role ?? type, text: content ?? message }))
  .refine(
    (entry): entry is { speaker: (typeof speakers)[number]; text: string } =>
      entry.speaker !== undefined && entry.text !== undefined,
    "Each entry of history needs role and content.",
  );

/** The body of a prediction. What is not named here is ignored, as in Flowise. */
const bodySchema = z.object(
  {
    question: text("question").refine((value) => value.trim() !== "", "question cannot be empty."),
    chatId: clientId("chatId"),
    sessionId: clientId("sessionId"),
    streaming: z
      .union([z.boolean(), z.enum(["true", "false"])], "streaming must be true or false.")
      .nullish()
      .transform((value) => value === true || value === "true"),
    history: z
      .array(historyMessage, "history must be a list of messages.")
      .nullish()
      .transform((value) => value ?? []),
    overrideConfig: z
      .object(
        { sessionId: clientId("overrideConfig.sessionId"), vars: z.unknown().optional() },
        "overrideConfig must be an object.",
      )
      .nullish(),
    uploads: z.unknown().optional(),
  },
  "The body must be a JSON object with a question.",
);

export interface PredictionRequest {
  question: string;
  streaming: boolean;
  chatId: string;
  /** The session this prediction becomes part of. */
  sessionId: string;
  /** False when the caller named no session, so that there is nothing to look up. */
  continuesSession: boolean;
  /** Turns the caller brings along; they count only where none are stored. */
  history: Turn[];
  /** Not checked yet: what they may be is the engine's to say. */
  inputs: EngineInputs;
}

/**
 * Checks a prediction's body and settles its ids: a missing `chatId` or `sessionId` is taken from
 * the other places a client may have put it, else it is new.
 * @throws AppError `invalid_input`, naming the field
 */
export function parsePrediction(body: unknown): PredictionRequest {
  const { question, streaming, history, overrideConfig, uploads, ...ids } = parseInput(bodySchema, body);
  const override = overrideConfig?.sessionId ?? null;
  const chatId = ids.chatId ?? override ?? newId();
  const named = ids.sessionId ?? override ?? ids.chatId;
  return {
    question,
    streaming,
    chatId,
    sessionId: named ?? chatId,
    continuesSession: named !== null,
    history: pairUp(history),
    inputs: { vars: overrideConfig?.vars, uploads },
  };
}

/** Messages as turns: each answer with the question before it; what has no counterpart is left out. */
function pairUp(messages: { speaker: string; text: string }[]): Turn[] {
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const isAnswer = message.speaker === "apiMessage" && before?.speaker === "userMessage";
    return isAnswer ? [{ question: before.text, answer: message.text }] : [];
  });
}
