import "server-only";
import type { ModelConfig } from "@/lib/engines/config";
import type { Engine, EngineEvent, EngineRequest } from "@/lib/engines/engine";
import { toSources } from "@/lib/engines/knowledge/compose";
import { callModel } from "@/lib/engines/model/call-model";
import { modelFailure } from "@/lib/engines/model/failures";
import { findGrounding, type Grounding } from "@/lib/engines/model/grounding";
import { type Image, readImages } from "@/lib/engines/model/images";
import { toPrompt } from "@/lib/engines/model/prompt";
import { fillIn, readVariables } from "@/lib/engines/model/variables";
import { startClock } from "@/lib/engines/time-limits";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { connectionOf } from "@/lib/providers/connection";
import { languageModel } from "@/lib/providers/language-model";
import type { ModelCall } from "@/lib/providers/model";

/** Answers with a language model: a system prompt, the session's turns and, if wanted, passages of the documents. */
export function modelEngine(config: ModelConfig): Engine {
  return {
    kind: "model",
    streams: true,
    keepsElsewhere: false,
    answer(request) {
      const values = readVariables(config.variables, request.inputs.vars);
      const images = readImages(request.inputs.uploads, config.allowImages);
      return speak(config, request, fillIn(config.systemPrompt, values), images);
    },
  };
}

const noGrounding: Grounding = { instructions: null, passages: [] };

async function* speak(
  config: ModelConfig,
  request: EngineRequest,
  systemPrompt: string,
  images: Image[],
): AsyncGenerator<EngineEvent, void> {
  const { turns, question, hasDocuments, signal } = request;
  if (signal.aborted) return;
  const isGrounded = config.grounding && hasDocuments && question !== "";
  const { instructions, passages } = isGrounded ? await findGrounding(request, config.maxPassages) : noGrounding;
  if (signal.aborted) return;
  const prompt = toPrompt({ system: [systemPrompt, instructions], turns, question, images });
  yield* callProvider(config, request, prompt);
  if (passages.length > 0 && !signal.aborted) yield { type: "sources", sources: toSources(passages) };
}

async function* callProvider(
  config: ModelConfig,
  { provider, signal, requestId }: EngineRequest,
  prompt: ModelCall["prompt"],
): AsyncGenerator<EngineEvent, void> {
  if (!provider) {
    throw new AppError(
      "upstream_failed",
      "The model provider of this chatflow was deleted. The operator of this chatflow has to choose another.",
    );
  }
  const connection = connectionOf(provider);
  const call: ModelCall = {
    prompt,
    ...(config.temperature !== null && { temperature: config.temperature }),
    ...(config.maxOutputTokens !== null && { maxOutputTokens: config.maxOutputTokens }),
  };
  const clock = startClock(signal, config);
  try {
    yield* callModel(languageModel(connection, config.model), call, clock);
  } catch (error) {
    if (signal.aborted) return;
    const failure = modelFailure(error, connection.apiKey);
    const reason = (failure.cause as Error).message;
    log().warn({ requestId, providerId: provider.id, code: failure.code, reason }, "a model provider failed");
    throw failure;
  } finally {
    clock.stop();
  }
}
