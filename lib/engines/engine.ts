import type { Database } from "@/lib/db/client";
import type { ProviderRow } from "@/lib/providers/connection";

/** An earlier question and its answer in the same session, oldest first. */
export interface Turn {
  /** "" where uploads alone were sent. */
  question: string;
  answer: string;
}

/** A passage an answer rests on, in the wire's own shape. */
export interface SourceDocument {
  pageContent: string;
  metadata: Record<string, unknown>;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

/** What a caller may send besides the question, as it came: an engine checks what it takes, and ignores the rest. */
export interface EngineInputs {
  /** Values for the chatflow's variables: `overrideConfig.vars`. */
  vars?: unknown;
  /** Flowise's `uploads`. */
  uploads?: unknown;
  /** Flowise's own, whole. */
  overrideConfig?: unknown;
  /** The messages that the caller brings along, in Flowise's form and oldest first; turns are made of them elsewhere. */
  history?: { role: "userMessage" | "apiMessage"; content: string }[];
  /** What a flow's own form asks for, an answer to what it asked a person, and the button that was chosen. */
  form?: unknown;
  humanInput?: unknown;
  action?: unknown;
}

/** Which conversation a question belongs to, and whose it is: for engines that remember elsewhere. */
export interface Conversation {
  /** The API key's id, the nil UUID for the public, or an operator's own id where one tries a chatflow. */
  credentialId: string;
  sessionId: string;
  chatId: string;
}

export interface EngineRequest {
  db: Database;
  workspaceId: string;
  chatflowId: string;
  /** False where the chatflow has no documents, so that a search would only cost time. */
  hasDocuments: boolean;
  /** "" where uploads alone were sent. */
  question: string;
  turns: Turn[];
  conversation: Conversation;
  /** Whether the caller reads the answer word by word. */
  streaming: boolean;
  /** The provider that the configuration names; null when it names none, or the provider is gone. */
  provider: ProviderRow | null;
  inputs: EngineInputs;
  /** For the log. */
  requestId: string;
  /** Aborts when the caller hangs up; an engine stops its work then. */
  signal: AbortSignal;
}

export type AnswerCut = "length" | "content-filter";

export type EngineEvent =
  | { type: "token"; text: string }
  | { type: "sources"; sources: SourceDocument[] }
  /**
   * An event of the engine's own (docs/decisions/0015): a frame of that name, or a field of a JSON answer. What stands
   * beside the frame's data, such as how long a model has thought, is `more`.
   */
  | { type: "own"; name: string; data: unknown; more?: Record<string, unknown> }
  /** What a voice message asked, in words: where there was no other question. */
  | { type: "question"; text: string }
  /** More of what the `metadata` frame or a JSON answer says, where it does not say it itself. */
  | { type: "metadata"; fields: Record<string, unknown> }
  | { type: "usage"; usage: Usage }
  /** The answer stops before its end: at its limit of tokens, or by the provider's filter. */
  | { type: "cut"; by: AnswerCut };

/**
 * What answers a question. One object an engine kind; a chatflow's configuration is bound to it by
 * `engineFor` (lib/engines/registry.ts).
 */
export interface Engine {
  readonly kind: string;
  /** Whether tokens arrive before the answer is complete. Clients ask for it before they call. */
  readonly streams: boolean;
  /** Whether the conversation is kept elsewhere as well, where nobody can be promised that it is not. */
  readonly keepsElsewhere: boolean;
  /**
   * Answers. Tokens in order, then sources where the engine has them, and whether the answer was cut;
   * usage whenever more of it is known, the last being the whole. What is wrong with the inputs is thrown by the call itself,
   * before there is anything to record. The generator is
   * pulled, so a caller that stops reading stops the engine; its `finally` blocks run. When the
   * signal aborts, it ends early without throwing: the caller knows by `signal.aborted`. Usage that
   * is known by then is still given.
   * @throws AppError `invalid_input` from the call; `upstream_failed`, `upstream_busy` or
   *   `upstream_timeout` from the generator
   */
  answer(request: EngineRequest): AsyncGenerator<EngineEvent, void>;
}
