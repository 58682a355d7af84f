import "server-only";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { AppError } from "@/lib/errors";
import { chatCompletions } from "@/lib/providers/chat-completions";
import type { ProviderConnection } from "@/lib/providers/connection";
import { baseUrlOf, offersModels } from "@/lib/providers/kinds";
import type { Model } from "@/lib/providers/model";
import { sdkModel } from "@/lib/providers/sdk-model";
import { upstreamFetch } from "@/lib/providers/upstream";

/**
 * A provider's model. Address and key are always given: what is left out, the AI SDK takes from
 * variables such as OPENAI_API_KEY, which are not this workspace's.
 * @throws AppError `upstream_failed` when the provider is a Flowise server
 */
export function languageModel(connection: ProviderConnection, model: string): Model {
  if (!offersModels(connection)) {
    throw new AppError("upstream_failed", "The provider of this chatflow is a Flowise server, which has no models.");
  }
  const baseURL = baseUrlOf(connection);
  const settings = { baseURL, apiKey: connection.apiKey ?? "", fetch: upstreamFetch };
  switch (connection.kind) {
    case "openai":
      // Chat completions and not responses: OpenAI keeps those, and proxies of this kind rarely speak them.
      return sdkModel(createOpenAI(settings).chat(model));
    case "anthropic":
      return sdkModel(createAnthropic(settings)(model));
    case "google":
      return sdkModel(createGoogle(settings)(model));
    case "openai-compatible":
      return chatCompletions({ baseURL, model, apiKey: connection.apiKey });
  }
}
