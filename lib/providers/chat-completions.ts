import "server-only";
import { APICallError, JSONParseError, type LanguageModelV4Message, TypeValidationError } from "@ai-sdk/provider";
import { createParser } from "eventsource-parser";
import type { Dispatcher } from "undici";
import type { AnswerEnd, Model, ModelCall, ModelPart } from "@/lib/providers/model";
import { upstreamRequest } from "@/lib/providers/upstream";

/** Read of an answer that is a refusal, in bytes. */
const refusalMaxBytes = 65_536;
/** Longest single event of an answer, in characters. */
const eventMaxLength = 4 * 1_048_576;

type Body = Dispatcher.ResponseData["body"];

export interface ChatCompletionsModel {
  /** Without a slash at its end. */
  baseURL: string;
  model: string;
  apiKey: string | null;
}

/**
 * A model behind OpenAI's chat completions, as vLLM, Ollama, LiteLLM and most others speak them
 * (https://platform.openai.com/docs/api-reference/chat/create). Its own client, for the processor time that a chain of
 * web streams takes of every call (docs/decisions/0029). What servers say in ways of their own is understood too:
 * content in parts (Mistral), thoughts as `reasoning_content` (DeepSeek, vLLM) or `reasoning` (OpenRouter, Ollama).
 */
export function chatCompletions({ baseURL, model, apiKey }: ChatCompletionsModel): Model {
  const url = `${baseURL}/chat/completions`;
  const headers = {
    "content-type": "application/json",
    accept: "text/event-stream",
    "accept-encoding": "identity",
    "user-agent": "flowlatch",
    ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
  };
  return async function* (call, signal) {
    const body = JSON.stringify(requestOf(model, call));
    const response = await upstreamRequest(url, { method: "POST", headers, body, signal });
    if (response.statusCode >= 300) throw await refusalIn(url, response);
    let end: AnswerEnd | null = null;
    for await (const data of eventsIn(url, response.body)) {
      if (data === "[DONE]") continue;
      const { choices, usage } = chunkOf(data);
      if (usage) yield usageOf(usage);
      const [choice] = choices;
      if (!choice) continue;
      if (choice.delta) yield* piecesOf(choice.delta);
      if (choice.finish_reason) end = endOf(choice.finish_reason);
    }
    if (end) yield { type: "end", end };
  };
}

function requestOf(model: string, { prompt, temperature, maxOutputTokens }: ModelCall): object {
  return {
    model,
    messages: prompt.map(messageOf),
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function messageOf({ role, content }: LanguageModelV4Message): object {
  if (typeof content === "string") return { role, content };
  const parts = content.map((part) => {
    if (part.type === "text") return { type: "text", text: part.text };
    if (part.type === "file" && part.data.type === "data") return imagePart(part.mediaType, part.data.data);
    throw new TypeError(`A ${role}’s message has a part of type ${part.type}, which is never sent.`);
  });
  const [only] = parts;
  // Servers without pictures often take a plain text only.
  return { role, content: parts.length === 1 && only && "text" in only ? only.text : parts };
}

function imagePart(mediaType: string, data: Uint8Array | string) {
  const base64 = typeof data === "string" ? data : Buffer.from(data).toString("base64");
  return { type: "image_url", image_url: { url: `data:${mediaType};base64,${base64}` } };
}

/**
 * The data of each server-sent event of a body, as it comes (https://html.spec.whatwg.org/#server-sent-events).
 * @throws APICallError with what the connection broke with as its cause
 */
async function* eventsIn(url: string, body: Body): AsyncGenerator<string, void> {
  let events: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(data), maxBufferSize: eventMaxLength });
  body.setEncoding("utf8");
  try {
    for await (const text of body) {
      parser.feed(text);
      const arrived = events;
      events = [];
      yield* arrived;
    }
  } catch (cause) {
    const message = "The answer broke off.";
    throw new APICallError({ message, url, requestBodyValues: {}, statusCode: 200, cause });
  }
}

/** An event of an answer, of which only what is read here is named. */
interface Chunk {
  choices: { delta?: Delta | null; finish_reason?: string | null }[];
  usage?: { prompt_tokens?: unknown; completion_tokens?: unknown } | null;
}

interface Delta {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
}

/**
 * @throws the provider's error where the event is one; JSONParseError and TypeValidationError where it is none of
 * theirs
 */
function chunkOf(data: string): Chunk {
  const value = parse(data);
  const { error, choices } = Object(value) as { error?: unknown; choices?: unknown };
  if (error) throw error;
  if (!Array.isArray(choices)) throw new TypeValidationError({ value, cause: new Error("It has no choices.") });
  return value as Chunk;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JSONParseError({ text, cause });
  }
}

function usageOf(usage: NonNullable<Chunk["usage"]>): ModelPart {
  const count = (value: unknown) => (typeof value === "number" ? value : 0);
  return { type: "usage", inputTokens: count(usage.prompt_tokens), outputTokens: count(usage.completion_tokens) };
}

function* piecesOf({ content, refusal, reasoning_content, reasoning }: Delta): Generator<ModelPart, void> {
  if (reasoning_content || reasoning) yield { type: "thought" };
  for (const piece of Array.isArray(content) ? content : [content]) {
    const text = textOf(piece);
    if (text) yield { type: "text", text };
    else if (Object(piece).type === "thinking") yield { type: "thought" };
  }
  if (refusal && typeof refusal === "string") yield { type: "text", text: refusal };
}

function textOf(piece: unknown): string {
  const text = typeof piece === "string" ? piece : Object(piece).type === "text" && Object(piece).text;
  return typeof text === "string" ? text : "";
}

function endOf(finishReason: string): AnswerEnd {
  if (finishReason === "length") return "length";
  return finishReason === "content_filter" ? "content-filter" : "whole";
}

/** A refusal, with the provider's own words for the operator. */
async function refusalIn(url: string, { statusCode, headers, body }: Dispatcher.ResponseData): Promise<APICallError> {
  // Its status is known, whether or not the words arrive.
  const text = await beginningOf(body).catch(() => "");
  const retryAfter = headers["retry-after"];
  return new APICallError({
    message: messageIn(text),
    url,
    requestBodyValues: {},
    statusCode,
    ...(typeof retryAfter === "string" && { responseHeaders: { "retry-after": retryAfter } }),
  });
}

async function beginningOf(body: Body): Promise<string> {
  let text = "";
  body.setEncoding("utf8");
  for await (const piece of body) {
    text += piece;
    if (text.length > refusalMaxBytes) break;
  }
  return text;
}

/** What an error's body says: OpenAI's form, what others say instead of it, or all of it. */
function messageIn(text: string): string {
  try {
    const value = JSON.parse(text) as { error?: { message?: unknown } | string; message?: unknown };
    const { error, message } = Object(value) as typeof value;
    const said = typeof error === "string" ? error : (error?.message ?? message);
    return typeof said === "string" ? said : "";
  } catch {
    return "";
  }
}
