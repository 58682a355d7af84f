/** How each kind of provider speaks, as far as a chatflow uses it. */

export interface TokenCounts {
  input: number;
  output: number;
}

/** What a model was told, whatever the protocol. */
export interface ReceivedPrompt {
  model: string;
  system: string;
  messages: { role: "user" | "assistant"; text: string; images: string[] }[];
  temperature: number | undefined;
  maxOutputTokens: number | undefined;
}

export interface Dialect {
  /** What follows the server's address in a provider's base URL. */
  basePath: string;
  path: RegExp;
  credentialOf(headers: Record<string, string | string[] | undefined>): string | undefined;
  promptOf(body: never, url: string): ReceivedPrompt;
  begin(counts: TokenCounts | null): string;
  word(text: string): string;
  thought(text: string): string;
  end(counts: TokenCounts | null): string;
  /** An error in the middle of a stream. */
  error(message: string): string;
}

const event = (data: unknown, name?: string) => `${name ? `event: ${name}\n` : ""}data: ${JSON.stringify(data)}\n\n`;

interface OpenAIPart {
  type: string;
  text?: string;
  image_url?: { url: string };
}

interface OpenAIBody {
  model: string;
  temperature?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  messages: { role: string; content: string | OpenAIPart[] }[];
}

const partsOf = (content: string | OpenAIPart[]): OpenAIPart[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content;

function openAIPrompt(body: OpenAIBody): ReceivedPrompt {
  const isSystem = ({ role }: { role: string }) => role === "system" || role === "developer";
  return {
    model: body.model,
    temperature: body.temperature,
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens,
    system: body.messages
      .filter(isSystem)
      .flatMap(({ content }) => partsOf(content).map(({ text }) => text))
      .join("\n"),
    messages: body.messages
      .filter((message) => !isSystem(message))
      .map(({ role, content }) => ({
        role: role as "user" | "assistant",
        text: partsOf(content)
          .flatMap(({ text }) => text ?? [])
          .join(""),
        images: partsOf(content).flatMap(({ image_url }) => image_url?.url ?? []),
      })),
  };
}

const chunk = (delta: object, finish_reason: string | null = null) =>
  event({
    id: "chat-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "test",
    choices: [{ index: 0, delta, finish_reason }],
  });

const openai: Dialect = {
  basePath: "/v1",
  path: /^\/v1\/chat\/completions$/,
  credentialOf: ({ authorization }) => String(authorization ?? "").replace(/^Bearer /, "") || undefined,
  promptOf: openAIPrompt,
  begin: () => chunk({ role: "assistant", content: "" }),
  word: (content) => chunk({ content }),
  thought: (reasoning_content) => chunk({ reasoning_content }),
  end: (counts) => {
    const usage = counts && {
      prompt_tokens: counts.input,
      completion_tokens: counts.output,
      total_tokens: counts.input + counts.output,
    };
    const last = usage
      ? event({ id: "chat-1", object: "chat.completion.chunk", created: 1, model: "test", choices: [], usage })
      : "";
    return `${chunk({}, "stop")}${last}data: [DONE]\n\n`;
  },
  error: (message) => event({ error: { message, type: "server_error", code: null, param: null } }),
};

interface AnthropicBlock {
  type: string;
  text?: string;
  source?: { media_type: string; data: string };
}

interface AnthropicBody {
  model: string;
  temperature?: number;
  max_tokens?: number;
  system?: AnthropicBlock[];
  messages: { role: "user" | "assistant"; content: AnthropicBlock[] }[];
}

const textOf = (blocks: { text?: string }[]) => blocks.flatMap(({ text }) => text ?? []).join("");

const anthropic: Dialect = {
  basePath: "/v1",
  path: /^\/v1\/messages$/,
  credentialOf: (headers) => headers["x-api-key"] as string | undefined,
  promptOf: (body: AnthropicBody) => ({
    model: body.model,
    temperature: body.temperature,
    maxOutputTokens: body.max_tokens,
    system: textOf(body.system ?? []),
    messages: body.messages.map(({ role, content }) => ({
      role,
      text: textOf(content),
      images: content.flatMap(({ source }) => (source ? `data:${source.media_type};base64,${source.data}` : [])),
    })),
  }),
  begin: (counts) => {
    const usage = { input_tokens: counts?.input ?? 0, output_tokens: 1 };
    const message = { id: "msg-1", type: "message", role: "assistant", model: "test", content: [], usage };
    const content_block = { type: "text", text: "" };
    return (
      event({ type: "message_start", message: { ...message, stop_reason: null } }, "message_start") +
      event({ type: "content_block_start", index: 0, content_block }, "content_block_start")
    );
  },
  word: (text) =>
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }, "content_block_delta"),
  thought: (thinking) =>
    event({ type: "content_block_start", index: 1, content_block: { type: "thinking", thinking: "" } }) +
    event({ type: "content_block_delta", index: 1, delta: { type: "thinking_delta", thinking } }),
  end: (counts) =>
    event({ type: "content_block_stop", index: 0 }, "content_block_stop") +
    event(
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: counts?.output ?? 0 },
      },
      "message_delta",
    ) +
    event({ type: "message_stop" }, "message_stop"),
  error: (message) => event({ type: "error", error: { type: "api_error", message } }, "error"),
};

interface GooglePart {
  text?: string;
  inlineData?: { mimeType: string; data: string };
}

interface GoogleBody {
  systemInstruction?: { parts: GooglePart[] };
  generationConfig?: { temperature?: number; maxOutputTokens?: number };
  contents: { role: "user" | "model"; parts: GooglePart[] }[];
}

const candidate = (parts: GooglePart[], more: object = {}, usageMetadata?: object) =>
  event({
    candidates: [{ content: { role: "model", parts }, index: 0, ...more }],
    ...(usageMetadata && { usageMetadata }),
  });

const google: Dialect = {
  basePath: "/v1beta",
  path: /^\/v1beta\/models\/[^/]+:streamGenerateContent$/,
  credentialOf: (headers) => headers["x-goog-api-key"] as string | undefined,
  promptOf: (body: GoogleBody, url) => ({
    model: /models\/([^/:]+):/.exec(url)?.[1] ?? "",
    temperature: body.generationConfig?.temperature,
    maxOutputTokens: body.generationConfig?.maxOutputTokens,
    system: textOf(body.systemInstruction?.parts ?? []),
    messages: body.contents.map(({ role, parts }) => ({
      role: role === "model" ? "assistant" : "user",
      text: textOf(parts),
      images: parts.flatMap(({ inlineData }) =>
        inlineData ? `data:${inlineData.mimeType};base64,${inlineData.data}` : [],
      ),
    })),
  }),
  begin: () => "",
  word: (text) => candidate([{ text }]),
  thought: (text) => candidate([{ text, thought: true } as GooglePart]),
  end: (counts) =>
    candidate(
      [],
      { finishReason: "STOP" },
      counts
        ? {
            promptTokenCount: counts.input,
            candidatesTokenCount: counts.output,
            totalTokenCount: counts.input + counts.output,
          }
        : undefined,
    ),
  error: (message) => event({ error: { code: 500, message, status: "INTERNAL" } }),
};

/** By the kinds of provider. */
export const dialects = { openai, anthropic, google, "openai-compatible": openai };
export type DialectName = keyof typeof dialects;
