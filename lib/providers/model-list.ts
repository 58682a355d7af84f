import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { type Answer, type AskLimit, askProvider } from "@/lib/providers/ask";
import type { ProviderConnection } from "@/lib/providers/connection";
import { baseUrlOf, type ModelProviderKind, providerKindDescriptions } from "@/lib/providers/kinds";

type Draft = Omit<ProviderConnection, "id"> & { kind: ModelProviderKind };

const defaultLimitMs = 10_000;
/** OpenRouter's list, the longest known, has about one megabyte. */
const maxBytes = 8 * 1_048_576;
const maxModels = 2_000;
const maxNameLength = 200;

const named = z.object({ id: z.string() });
/** Ollama without any model says `null`. */
const openAiList = z
  .object({ data: z.array(named).nullable() })
  .transform(({ data }) => (data ?? []).map(({ id }) => id));
const anthropicList = z.object({ data: z.array(named) }).transform(({ data }) => data.map(({ id }) => id));
const googleList = z
  .object({
    models: z
      .array(z.object({ name: z.string(), supportedGenerationMethods: z.array(z.string()).optional() }))
      .optional(),
  })
  .transform(({ models = [] }) =>
    models
      .filter(({ supportedGenerationMethods: methods }) => methods?.includes("generateContent") ?? true)
      .map(({ name }) => name.replace(/^models\//, "")),
  );

interface Protocol {
  path: string;
  headers: (apiKey: string) => Record<string, string>;
  list: z.ZodType<string[]>;
}

const openAi: Protocol = {
  path: "/models",
  headers: (apiKey) => ({ Authorization: `Bearer ${apiKey}` }),
  list: openAiList,
};

const protocols: Record<ModelProviderKind, Protocol> = {
  openai: openAi,
  "openai-compatible": openAi,
  anthropic: {
    path: "/models?limit=1000",
    headers: (apiKey) => ({ "x-api-key": apiKey, "anthropic-version": "2023-06-01" }),
    list: anthropicList,
  },
  google: {
    path: "/models?pageSize=1000",
    // Not as `?key=`: addresses end in logs.
    headers: (apiKey) => ({ "x-goog-api-key": apiKey }),
    list: googleList,
  },
};

async function ask({ kind, apiKey }: Draft, baseUrl: string, limit: AskLimit): Promise<Answer> {
  const { path, headers } = protocols[kind];
  return await askProvider(new URL(baseUrl + path), apiKey ? headers(apiKey) : {}, limit);
}

/** The names in an answer, or null when it is no list of models. */
function modelsIn(kind: ModelProviderKind, { status, json }: Answer): string[] | null {
  if (status !== 200) return null;
  const { success, data } = protocols[kind].list.safeParse(json);
  if (!success) return null;
  const usable = data.filter(
    (name) => name.length > 0 && name.length <= maxNameLength && !/[\p{Cc}\p{Cs}]/u.test(name),
  );
  return [...new Set(usable)].sort(new Intl.Collator("en", { numeric: true }).compare).slice(0, maxModels);
}

/** Google answers 400 to a key it does not know. What else is in a provider's error stays unread: it may repeat the key. */
function refusesKey({ status, json }: Answer): boolean {
  return status === 401 || (status === 400 && JSON.stringify(json ?? "").includes("API_KEY_INVALID"));
}

function refusalOf(answer: Answer, draft: Draft, host: string): AppError {
  const { status } = answer;
  const failed = (message: string, field?: string) => new AppError("upstream_failed", message, field ? { field } : {});
  if (refusesKey(answer)) {
    return draft.apiKey
      ? failed(`${host} refused the API key (${status}). Check that it was copied whole and is still valid.`, "apiKey")
      : failed(`${host} asks for an API key (${status}).`, "apiKey");
  }
  if (status === 403) {
    return failed(
      `${host} does not allow this API key to list models (403). Check what the key is permitted.`,
      "apiKey",
    );
  }
  if (status === 429) {
    return failed(`${host} is limiting this API key (429): too many requests, or no credit left. Try again later.`);
  }
  if (status >= 500) return failed(`${host} has an error of its own (${status}). Try again later.`);
  return failed(notAnApi(answer, draft.kind, host), "baseUrl");
}

function notAnApi({ status, isHtml }: Answer, kind: ModelProviderKind, host: string): string {
  const { label } = providerKindDescriptions[kind];
  if (isHtml) return `${host} answers with a web page and not as a model API. Check the base URL; most end with /v1.`;
  if (status === 404) return `${host} has no list of models at this address (404). Check the base URL.`;
  if (status === 200)
    return `${host} answers, but not with a list of models as ${label} has it. Check the base URL and the kind.`;
  return `${host} refused to list its models (${status}). Check the base URL and the kind.`;
}

/** Answers of a server that has no list of models, or whose API lies elsewhere. */
function isWithoutList({ status, isHtml }: Answer): boolean {
  return !isHtml && [404, 405, 501].includes(status);
}

/** People leave out `/v1`, and some servers answer anything at the root: looks whether the API is there. */
async function suggestV1(draft: Draft, baseUrl: string, limit: AskLimit): Promise<void> {
  if (draft.kind !== "openai-compatible" || /\/v\d+$/.test(baseUrl)) return;
  const suggested = `${baseUrl}/v1`;
  const answer = await ask(draft, suggested, limit).catch(() => null);
  if (!answer || modelsIn(draft.kind, answer) === null) return;
  throw new AppError("upstream_failed", `The model API of this server is at ${suggested}. Use that as the base URL.`, {
    field: "baseUrl",
  });
}

/**
 * Asks a provider for its models, and so whether address and key are right.
 * @param limitMs how long to wait for the whole answer
 * @returns names in order; null when the server is there but offers no list, which only the
 *   OpenAI-compatible may
 * @throws AppError `upstream_failed` or `upstream_timeout` with one sentence, and the field it is about
 */
export async function fetchModels(draft: Draft, limitMs = defaultLimitMs): Promise<string[] | null> {
  const limit = { ms: limitMs, signal: AbortSignal.timeout(limitMs), maxBytes };
  const baseUrl = baseUrlOf(draft);
  const answer = await ask(draft, baseUrl, limit);
  const models = modelsIn(draft.kind, answer);
  if (models) return models;
  if (answer.status === 200 || answer.status === 404) await suggestV1(draft, baseUrl, limit);
  if (draft.kind === "openai-compatible" && isWithoutList(answer)) return null;
  throw refusalOf(answer, draft, new URL(baseUrl).host);
}
