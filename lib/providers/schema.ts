import { z } from "zod";
import { nameSchema } from "@/lib/names";
import { type ProviderKind, providerKindDescriptions, providerKinds } from "@/lib/providers/kinds";

const providerId = z.guid("That is not a provider id.");
const kind = z.enum(providerKinds, `Choose a kind: ${providerKinds.join(", ")}.`);
const name = nameSchema("Provider name");

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** Null stands for the vendor's own address. Trailing slashes are dropped: paths are put behind it. */
const baseUrl = z
  .string("The base URL must be text.")
  .trim()
  .max(500, "The base URL can have at most 500 characters.")
  .superRefine((text, issues) => {
    if (text === "") return;
    const message = problemOf(text);
    if (message) issues.addIssue({ code: "custom", message });
  })
  .transform((text) => urlOf(text)?.href.replace(/\/+$/, "") ?? null)
  .nullish()
  .transform((value) => value ?? null);

function problemOf(text: string): string | null {
  const url = urlOf(text);
  // "localhost:11434" parses, as an address of the scheme "localhost".
  if (!url || !/^https?:$/.test(url.protocol)) {
    return "The base URL begins with http:// or https://, for example http://localhost:11434/v1.";
  }
  if (url.username || url.password)
    return "The base URL holds no user name or password. The API key has a field of its own.";
  if (url.search || url.hash) return "The base URL ends with its path: no “?” and no “#”.";
  return null;
}

/** As it travels in a header: printable ASCII, no spaces. "" stands for none given. */
const apiKey = z
  .string("The API key must be text.")
  .trim()
  .max(2_000, "An API key can have at most 2,000 characters.")
  .regex(/^[\x21-\x7e]*$/, "An API key has only letters, digits and punctuation, and no spaces. Copy it again.");

interface Draft {
  kind: ProviderKind;
  baseUrl: string | null;
  apiKey: string | null;
}

/** What each kind asks for. */
function checkKind(draft: Draft, issues: z.RefinementCtx): void {
  const { label, defaultBaseUrl, needsApiKey, exampleBaseUrl } = providerKindDescriptions[draft.kind];
  if (defaultBaseUrl === null && draft.baseUrl === null) {
    const message = `Base URL is required: the address of the server, for example ${exampleBaseUrl}.`;
    issues.addIssue({ code: "custom", path: ["baseUrl"], message });
  }
  if (needsApiKey && !draft.apiKey) {
    issues.addIssue({
      code: "custom",
      path: ["apiKey"],
      message: `API key is required: ${label} answers nobody without one.`,
    });
  }
}

/** A connection as a whole, new or edited, its saved API key included. */
export const checkDraftSchema = z.object({ kind, baseUrl, apiKey: apiKey.nullable() }).superRefine(checkKind);

/** Saving tests the connection first, unless told not to. */
const skipTest = z.boolean().default(false);

export const createProviderSchema = z
  .object({ name, kind, baseUrl, apiKey: apiKey.default(""), skipTest })
  .superRefine(checkKind);

export const updateProviderSchema = z.object({
  id: providerId,
  /** The version that was edited; a newer one in the database refuses the change. */
  version: z.number().int().positive(),
  name,
  baseUrl,
  /** "" keeps the saved one; null removes it. */
  apiKey: apiKey.nullable().default(""),
  skipTest,
});

export const deleteProviderSchema = z.object({ id: providerId });

/** A connection that is not saved yet or, with `id`, an edit of a saved one. */
export const testConnectionSchema = z.object({
  id: providerId.optional(),
  kind,
  baseUrl,
  /** "" stands, with `id`, for the saved one. */
  apiKey: apiKey.nullable().default(""),
});

/** A provider as lists and forms show it: of its credential, only whether there is one. */
export interface ProviderSummary {
  id: string;
  name: string;
  kind: ProviderKind;
  /** Null: the vendor's own address. */
  baseUrl: string | null;
  hasApiKey: boolean;
  /** To be sent back with an edit. */
  version: number;
  /** The first of the chatflows that use it, by name, and the model or flow each asks for; `chatflowCount` counts all. */
  chatflows: { id: string; name: string; model: string }[];
  chatflowCount: number;
  updatedAt: Date;
}
