import type { FlowiseConfig } from "@/lib/engines/config";
import type { EngineInputs, EngineRequest } from "@/lib/engines/engine";
import { namespacedId } from "@/lib/engines/flowise/session-id";
import { AppError } from "@/lib/errors";

/** The body of a prediction, as Flowise takes it. */
export interface FlowiseQuestion extends EngineInputs {
  question: string;
  /** Ours, as Flowise is told them. */
  chatId: string;
  sessionId: string;
  streaming: boolean;
  overrideConfig: { sessionId: string };
}

/**
 * What a flow is asked: the question, what its own form asks for, and of the rest what the operator
 * lets through. What Flowise would ignore in a flow that does not allow it is left out; uploads, which
 * a caller would miss in the answer, are refused.
 * @throws AppError `invalid_input` on `uploads`
 */
export function questionFor(config: FlowiseConfig, request: EngineRequest): FlowiseQuestion {
  const { question, streaming, chatflowId, conversation } = request;
  const { form, humanInput, action, ...inputs } = request.inputs;
  const sessionId = namespacedId(chatflowId, conversation, conversation.sessionId);
  const uploads = readUploads(inputs.uploads, config.passUploads);
  return {
    question,
    chatId: namespacedId(chatflowId, conversation, conversation.chatId),
    sessionId,
    streaming,
    // Where Flowise looks first. It stands last: no override may name another session.
    overrideConfig: { ...(config.passOverrides && Object(inputs.overrideConfig)), sessionId },
    ...(uploads.length > 0 && { uploads }),
    ...(config.passHistory && inputs.history !== undefined && { history: inputs.history }),
    ...(form !== undefined && { form }),
    ...(humanInput !== undefined && { humanInput }),
    ...(action !== undefined && { action }),
  };
}

function readUploads(uploads: unknown, passUploads: boolean): unknown[] {
  if (uploads === undefined || uploads === null) return [];
  if (!Array.isArray(uploads)) throw new AppError("invalid_input", "uploads must be a list.", { field: "uploads" });
  if (uploads.length > 0 && !passUploads) {
    throw new AppError("invalid_input", "This chatflow takes no uploads.", { field: "uploads" });
  }
  return uploads;
}
