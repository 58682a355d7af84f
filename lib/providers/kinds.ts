/** Safe in the browser, and without zod: the form lists these. */

export const providerKinds = ["openai", "anthropic", "google", "openai-compatible"] as const;
export type ProviderKind = (typeof providerKinds)[number];

interface KindDescription {
  label: string;
  /** Where the vendor's API is; null where only the operator knows. */
  defaultBaseUrl: string | null;
  /** Whether it answers nobody without a credential. */
  needsApiKey: boolean;
}

export const providerKindDescriptions: Record<ProviderKind, KindDescription> = {
  openai: { label: "OpenAI", defaultBaseUrl: "https://api.openai.com/v1", needsApiKey: true },
  anthropic: { label: "Anthropic", defaultBaseUrl: "https://api.anthropic.com/v1", needsApiKey: true },
  google: {
    label: "Google",
    defaultBaseUrl: "https://generativelanguage.googleapis.com/v1beta",
    needsApiKey: true,
  },
  "openai-compatible": { label: "OpenAI-compatible", defaultBaseUrl: null, needsApiKey: false },
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
