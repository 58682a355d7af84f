/** Safe in the browser, and without zod: the form lists these. */

const modelProviderKinds = ["openai", "anthropic", "google", "openai-compatible"] as const;
/** Kinds that chatflows on a language model may use. */
export type ModelProviderKind = (typeof modelProviderKinds)[number];

export const providerKinds = [...modelProviderKinds, "flowise"] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** What a chatflow asks a provider for. */
export type Offer = "models" | "flows";

interface KindDescription {
  label: string;
  offers: Offer;
  /** Where the vendor's API is; null where only the operator knows. */
  defaultBaseUrl: string | null;
  /** An address as operators type it. */
  exampleBaseUrl: string;
  /** Whether it answers nobody without a credential. */
  needsApiKey: boolean;
}

const vendor = (label: string, defaultBaseUrl: string): KindDescription => ({
  label,
  offers: "models",
  defaultBaseUrl,
  exampleBaseUrl: defaultBaseUrl,
  needsApiKey: true,
});

export const providerKindDescriptions: Record<ProviderKind, KindDescription> = {
  openai: vendor("OpenAI", "https://api.openai.com/v1"),
  anthropic: vendor("Anthropic", "https://api.anthropic.com/v1"),
  google: vendor("Google", "https://generativelanguage.googleapis.com/v1beta"),
  "openai-compatible": {
    label: "OpenAI-compatible",
    offers: "models",
    defaultBaseUrl: null,
    exampleBaseUrl: "http://localhost:11434/v1",
    needsApiKey: false,
  },
  flowise: {
    label: "Flowise",
    offers: "flows",
    defaultBaseUrl: null,
    exampleBaseUrl: "http://localhost:3000",
    needsApiKey: true,
  },
};

export function isProviderKind(value: string): value is ProviderKind {
  return (providerKinds as readonly string[]).includes(value);
}

/** The address a provider is called at: its own, else the vendor's. Without a trailing slash. */
export function baseUrlOf({ kind, baseUrl }: { kind: ProviderKind; baseUrl: string | null }): string {
  const address = baseUrl ?? providerKindDescriptions[kind].defaultBaseUrl;
  if (address === null) throw new Error(`A provider of kind ${kind} has no base URL.`);
  return address.replace(/\/+$/, "");
}

/** Whether chatflows on a language model may use it. */
export function offersModels<Provider extends { kind: ProviderKind }>(
  provider: Provider,
): provider is Provider & { kind: ModelProviderKind } {
  return providerKindDescriptions[provider.kind].offers === "models";
}
