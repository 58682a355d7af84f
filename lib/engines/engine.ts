import type { Database } from "@/lib/db/client";

/** An earlier question and its answer in the same session, oldest first. */
export interface Turn {
  question: string;
  answer: string;
}

/** A passage an answer rests on, in the wire's own shape. */
export interface SourceDocument {
  pageContent: string;
  metadata: Record<string, string | number>;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

export interface EngineRequest {
  db: Database;
  workspaceId: string;
  chatflowId: string;
  question: string;
  turns: Turn[];
  /** Aborts when the caller hangs up; an engine stops its work then. */
  signal: AbortSignal;
}

export type EngineEvent =
  | { type: "token"; text: string }
  | { type: "sources"; sources: SourceDocument[] }
  | { type: "usage"; usage: Usage };

/**
 * What answers a question. One object an engine kind; a chatflow's configuration is bound to it by
 * `engineFor` (lib/engines/registry.ts).
 */
export interface Engine {
  readonly kind: string;
  /** Whether tokens arrive before the answer is complete. Clients ask for it before they call. */
  readonly streams: boolean;
  /**
   * Answers. Tokens in order, then sources and usage where the engine has them. The generator is
   * pulled, so a caller that stops reading stops the engine; its `finally` blocks run. When the
   * signal aborts, it ends early without throwing: the caller knows by `signal.aborted`. Usage that
   * is known by then is still given.
   * @throws AppError `upstream_failed` or `upstream_timeout`
   */
  answer(request: EngineRequest): AsyncGenerator<EngineEvent, void>;
}
