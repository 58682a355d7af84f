import { z } from "zod";
import { allowedAddressesSchema } from "@/lib/api-keys/addresses";
import { limitsSchema } from "@/lib/api-keys/limits";
import { timeSchema } from "@/lib/api-keys/times";
import type { TokenSource } from "@/lib/api-keys/token";
import { nameSchema } from "@/lib/names";

/** Safe in the browser: the forms and the use cases check with the same schemas. */
export const keyNameSchema = nameSchema("Key name");

const keyId = z.guid("That is not a key id.");

export const createApiKeySchema = z.object({
  name: keyNameSchema,
  /** Also assign the new key to this chatflow, in the same transaction. */
  chatflowId: z.guid("That is not a chatflow id.").optional(),
  /** Beside the key that is assigned to that chatflow, instead of in its place. */
  isFurtherKey: z.boolean().default(false),
  /** Null for never. */
  expiresAt: timeSchema.nullable().default(null),
  limits: limitsSchema.default([]),
  /** None: from anywhere. */
  allowedAddresses: allowedAddressesSchema.default([]),
});
export const renameApiKeySchema = z.object({ id: keyId, name: keyNameSchema });
export const regenerateApiKeySchema = z.object({
  id: keyId,
  /** Until when the old token goes on working beside the new one; null for not at all. */
  oldTokenStops: timeSchema.nullable().default(null),
  /** Last four characters of the live token as whoever decides was shown them: of another nothing is ended. */
  seenLastFour: z.string().optional(),
});
export const deleteApiKeySchema = z.object({
  id: keyId,
  /** The key's name, typed again. */
  confirmName: z.string(),
});

/** For what needs to know no more than which key. */
export const apiKeyIdSchema = z.object({ id: keyId });
export const setExpirySchema = z.object({
  id: keyId,
  /** Null for never. */
  expiresAt: timeSchema.nullable(),
  /** What whoever decides was shown as the expiry so far: another is not replaced. */
  seen: timeSchema.nullable().optional(),
});
export const setLimitsSchema = z.object({
  id: keyId,
  limits: limitsSchema,
  /** What whoever decides was shown as the limits so far: others are not replaced. */
  seen: limitsSchema.optional(),
});
export const setAllowedAddressesSchema = z.object({
  id: keyId,
  allowedAddresses: allowedAddressesSchema,
  /** What whoever decides was shown as the addresses so far: others are not replaced. */
  seen: z.array(z.string()).optional(),
});

/** Keys changed or deleted in one go. */
export const bulkMax = 100;
const keyIds = z
  .array(keyId, "Give a list of key ids.")
  .transform((ids) => [...new Set(ids.map((id) => id.toLowerCase()))])
  .pipe(
    z
      .array(z.string())
      .min(1, "Choose at least one key.")
      .max(bulkMax, `At most ${bulkMax} keys can be changed at a time.`),
  );
export const apiKeyIdsSchema = z.object({ ids: keyIds });
export const deleteApiKeysSchema = z.object({
  ids: keyIds,
  /** How many keys go, typed by whoever deletes them. */
  confirmCount: z.number("Type how many keys you want to delete."),
});

export const keySorts = ["created", "name", "used"] as const;
export type KeySort = (typeof keySorts)[number];

/** Why somebody should look at a key, the most pressing first. */
export const attentions = [
  "exposed",
  "expired",
  "expiring",
  "closed",
  "retiring",
  "imported",
  "unused",
  "never-used",
  "never-expires",
] as const;
export type Attention = (typeof attentions)[number];

/** The keys page's query string. What is malformed is dropped, not refused: an old bookmark should open. */
export const listApiKeysSchema = z.object({
  search: z.string().trim().max(200).catch("").default(""),
  sort: z.enum(keySorts).catch("created").default("created"),
  direction: z.enum(["asc", "desc"]).optional().catch(undefined),
  /** Only keys that need attention for this reason. */
  attention: z.enum(attentions).optional().catch(undefined),
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
  /** Who issued the live token; null for this server. */
  tokenSource: TokenSource | null;
  createdAt: Date;
  /** Name of the operator who made it, with a word on it where they were removed; null when made on the command line. */
  createdBy: string | null;
  /** At most a minute behind; null when never used. */
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  disabledAt: Date | null;
  /** When somebody reported its token as found; a new token clears it. */
  exposedAt: Date | null;
  /** Whether it has a token that has not ended. */
  hasLiveToken: boolean;
  /** When the token before its live one stops; null when only one works. */
  oldTokenStopsAt: Date | null;
  /** The first of the chatflows that accept it, by name; `chatflowCount` counts all. */
  chatflows: KeyChatflow[];
  chatflowCount: number;
}

/** A chatflow that accepts a key. */
export interface KeyChatflow {
  id: string;
  name: string;
  /** Whether it is assigned, or accepted beside the assigned key. */
  isAssigned: boolean;
  /** Whether it accepts no other key, so that it closes when this one is deleted. */
  isOnlyKey: boolean;
}

/** A key with its token, in the one response that ever holds it. */
export interface IssuedApiKey {
  id: string;
  name: string;
  token: string;
}

/** A regenerated key with its new token. */
export interface RegeneratedApiKey extends IssuedApiKey {
  /** Until when the old token works as well; null when it has stopped. */
  oldTokenStops: Date | null;
}

/** A token as it is shown everywhere else; only ours begin alike. */
export function maskToken(lastFour: string, source: TokenSource | null): string {
  return source === null ? `flk_…${lastFour}` : `…${lastFour}`;
}
