import { z } from "zod";
import { nameSchema } from "@/lib/names";

/** Safe in the browser: the forms and the use cases check with the same schemas. */
export const keyNameSchema = nameSchema("Key name");

export const createApiKeySchema = z.object({
  name: keyNameSchema,
  /** Also assign the new key to this chatflow, in the same transaction. */
  chatflowId: z.guid("That is not a chatflow id.").optional(),
});
export const renameApiKeySchema = z.object({ id: z.guid("That is not a key id."), name: keyNameSchema });
export const regenerateApiKeySchema = z.object({ id: z.guid("That is not a key id.") });
export const deleteApiKeySchema = z.object({
  id: z.guid("That is not a key id."),
  /** The key's name, typed again. */
  confirmName: z.string(),
});

export const keySorts = ["created", "name", "used"] as const;
export type KeySort = (typeof keySorts)[number];

/** The keys page's query string. What is malformed is dropped, not refused: an old bookmark should open. */
export const listApiKeysSchema = z.object({
  search: z.string().trim().max(200).catch("").default(""),
  sort: z.enum(keySorts).catch("created").default("created"),
  direction: z.enum(["asc", "desc"]).optional().catch(undefined),
  after: z.string().max(500).optional().catch(undefined),
  before: z.string().max(500).optional().catch(undefined),
});
export type ListApiKeysInput = z.input<typeof listApiKeysSchema>;

/** A key as lists and dialogs show it. */
export interface ApiKeySummary {
  id: string;
  name: string;
  /** Last four characters of the live token. */
  lastFour: string;
  createdAt: Date;
  /** Name of the operator who made it; null when made on the command line. */
  createdBy: string | null;
  /** At most a minute behind; null when never used. */
  lastUsedAt: Date | null;
  /** The first of the chatflows that use it, by name; `chatflowCount` counts all. */
  chatflows: { id: string; name: string }[];
  chatflowCount: number;
}

/** A key with its token, in the one response that ever holds it. */
export interface IssuedApiKey {
  id: string;
  name: string;
  token: string;
}

/** A token as it is shown everywhere else. */
export function maskToken(lastFour: string): string {
  return `flk_…${lastFour}`;
}
