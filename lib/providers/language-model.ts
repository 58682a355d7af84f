import "server-only";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { AppError } from "@/lib/errors";
import type { ProviderConnection } from "@/lib/providers/connection";
import { baseUrlOf, offersModels } from "@/lib/providers/kinds";
import { upstreamFetch } from "@/lib/providers/upstream-fetch";

/**
 * A provider's model, for the AI SDK. Address and key are always given: what is left out, the
 * SDK takes from variables such as OPENAI_API_KEY, which are not this workspace's.
 * @throws AppError `upstream_failed` when the provider is a Flowise server
 */
export function languageModel(connection: ProviderConnection, model: string): LanguageModelV4 {
  if (!offersModels(connection)) {
    throw new AppError("upstream_failed", "The provider of this chatflow is a Flowise server, which has no models.");
  }
  const settings = { baseURL: baseUrlOf(connection), apiKey: connection.apiKey ?? "", fetch: upstreamFetch };
  switch (connection.kind) {
    case "openai":
      // Chat completions and not responses: OpenAI keeps those, and proxies of this kind rarely speak them.
      return createOpenAI(settings).chat(model);
    case "anthropic":
      return createAnthropic(settings)(model);
    case "google":
      return createGoogle(settings)(model);
    case "openai-compatible":
      return withCredential(compatibleModel(settings.baseURL, model), connection.apiKey);
  }
}

/** Of OpenAI-compatible servers, by address and name; without credentials, which each call brings. */
const compatibleModels = new Map<string, LanguageModelV4>();
const compatibleModelsMax = 100;

/**
 * A model of an OpenAI-compatible server. Kept, because its package builds a zod schema for each,
 * which took 1.3 ms of every call.
 */
function compatibleModel(baseURL: string, model: string): LanguageModelV4 {
  const key = JSON.stringify([baseURL, model]);
  const kept = compatibleModels.get(key);
  if (kept) return kept;
  if (compatibleModels.size >= compatibleModelsMax) compatibleModels.clear();
  const provider = createOpenAICompatible({ baseURL, name: "compatible", includeUsage: true, fetch: upstreamFetch });
  const made = provider.chatModel(model);
  compatibleModels.set(key, made);
  return made;
}

/** A model that is called with this credential. */
function withCredential(model: LanguageModelV4, apiKey: string | null): LanguageModelV4 {
  if (apiKey === null) return model;
  const { specificationVersion, provider, modelId, supportedUrls } = model;
  const authorized = (options: LanguageModelV4CallOptions): LanguageModelV4CallOptions => ({
    ...options,
    headers: { ...options.headers, Authorization: `Bearer ${apiKey}` },
  });
  return {
    specificationVersion,
    provider,
    modelId,
    supportedUrls,
    doGenerate: (options) => model.doGenerate(authorized(options)),
    doStream: (options) => model.doStream(authorized(options)),
  };
}
