import { z } from "zod";
import type { EngineInputs, Turn } from "@/lib/engines/engine";
import { newId } from "@/lib/ids";
import { parseInput } from "@/lib/parse-input";

/** Longest question, in UTF-16 code units. */
export const questionMaxLength = 32_000;
const idMaxLength = 256;

const textOf = (field: string) =>
  z.string({ error: ({ input }) => (input === undefined ? `${field} is required.` : `${field} must be text.`) });

/** One of a conversation's earlier texts. Answers may be long, so only the body's limit holds for their length. */
export const earlierText = (field: string) =>
  textOf(field)
    // Postgres stores neither NUL nor half of a surrogate pair.
    .refine((value) => !value.includes("\0"), `${field} cannot contain the NUL character.`)
    .transform((value) => value.toWellFormed());

export const questionText = (field: string) =>
  textOf(field)
    .max(questionMaxLength, `${field} can have at most ${questionMaxLength} characters.`)
    .pipe(earlierText(field));

/** A caller's own id, such as a session's. Null and "" count as absent: the website widget sends both before a session has begun. */
export const clientId = (field: string) =>
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
      content: earlierText("history content").optional(),
      message: earlierText("history message").optional(),
    },
    "Each entry of history must be an object with role and content.",
  )
  .transform(({ role, type, content, message }) => ({ speaker: role ?? type, text: content ?? message }))
  .refine(
    (entry): entry is SpokenMessage => entry.speaker !== undefined && entry.text !== undefined,
    "Each entry of history needs role and content.",
  );

/** Whether something is sent that needs no words: a picture, or a voice message. */
export const hasUploads = (uploads: unknown) => Array.isArray(uploads) && uploads.length > 0;

/** The body of a prediction. What is not named here is ignored, as in Flowise. */
const bodySchema = z
  .object(
    {
      question: questionText("question").nullish(),
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
  )
  .superRefine(({ question, uploads }, { addIssue }) => {
    if (question?.trim() || hasUploads(uploads)) return;
    const message = typeof question === "string" ? "question cannot be empty." : "question is required.";
    addIssue({ code: "custom", path: ["question"], message });
  });

export interface PredictionRequest {
  /** "" where uploads alone are sent. */
  question: string;
  streaming: boolean;
  chatId: string;
  /** The session this prediction becomes part of. */
  sessionId: string;
  /** False when the caller named no session, so that there is nothing to look up. */
  continuesSession: boolean;
  /** False when the caller wants nothing of this turn kept. */
  keeps: boolean;
  /** Turns the caller brings along; they count only where none are stored. */
  history: Turn[];
  /** Not checked yet: what they may be is the engine's to say. */
  inputs: EngineInputs;
}

/** One message of a conversation that a caller brings along. */
export interface SpokenMessage {
  speaker: (typeof speakers)[number];
  text: string;
}

/** What a caller has asked, in whatever dialect, its ids as far as they were named. */
export interface Asking {
  /** A blank one becomes "". */
  question: string;
  streaming: boolean;
  chatId: string | null;
  sessionId: string | null;
  /** False when nothing of the turn may be kept. */
  keeps?: boolean;
  history: SpokenMessage[];
  inputs: EngineInputs;
}

/** Settles a prediction's ids: a missing `chatId` is new, a missing `sessionId` the chat's. */
export function predictionRequest({ history, ...asking }: Asking): PredictionRequest {
  const chatId = asking.chatId ?? newId();
  const named = asking.sessionId ?? asking.chatId;
  return {
    ...asking,
    question: asking.question.trim() === "" ? "" : asking.question,
    keeps: asking.keeps ?? true,
    chatId,
    sessionId: named ?? chatId,
    continuesSession: named !== null,
    history: pairUp(history),
    inputs: {
      ...asking.inputs,
      ...(history.length > 0 && { history: history.map(({ speaker, text }) => ({ role: speaker, content: text })) }),
    },
  };
}

/**
 * Checks a prediction's body and settles its ids: a missing `chatId` or `sessionId` is taken from
 * the other places a client may have put it, else it is new.
 * @throws AppError `invalid_input`, naming the field
 */
export function parsePrediction(body: unknown): PredictionRequest {
  const { question, overrideConfig, uploads, chatId, sessionId, ...asked } = parseInput(bodySchema, withQuestion(body));
  const override = overrideConfig?.sessionId ?? null;
  return predictionRequest({
    ...asked,
    question: question ?? "",
    chatId: chatId ?? override,
    sessionId: sessionId ?? override,
    inputs: { vars: overrideConfig?.vars, uploads, ...asItCame(body) },
  });
}

/** Flowise's flows can begin with a form, or go on with what a person decided: that is the question then. */
function withQuestion(body: unknown): unknown {
  const { question, form, humanInput } = Object(body) as Record<string, unknown>;
  if ((typeof question === "string" ? question.trim() : (question ?? "")) !== "") return body;
  const given = [form, humanInput].find((value) => typeof value === "object" && value !== null);
  if (given === undefined) return body;
  const lines = Object.entries(given as object).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return { ...Object(body), question: lines.join("\n") };
}

/** What engines pass on unread. */
function asItCame(body: unknown): EngineInputs {
  const { overrideConfig, form, humanInput, action } = body as EngineInputs;
  return { overrideConfig, form, humanInput, action };
}

/** Messages as turns: each answer with the question before it; what has no counterpart is left out. */
function pairUp(messages: SpokenMessage[]): Turn[] {
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const isAnswer = message.speaker === "apiMessage" && before?.speaker === "userMessage";
    return isAnswer ? [{ question: before.text, answer: message.text }] : [];
  });
}
