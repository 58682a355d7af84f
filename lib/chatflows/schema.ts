import { z } from "zod";
import { searchText } from "@/lib/activity/schema";
import type { ApiKeyOption } from "@/lib/api-keys/options";
import { type EngineConfig, type EngineKind, engineConfigSchema } from "@/lib/engines/config";
import { nameSchema } from "@/lib/names";

/** Safe in the browser: the forms and the use cases check with the same schemas. */
export const chatflowNameSchema = nameSchema("Chatflow name");
const chatflowId = z.guid("That is not a chatflow id.");

export const createChatflowSchema = z.object({ name: chatflowNameSchema, engine: engineConfigSchema });
export const updateChatflowSchema = z.object({
  id: chatflowId,
  /** The version that was edited; a newer one in the database refuses the change. */
  version: z.number().int().positive(),
  name: chatflowNameSchema,
  engine: engineConfigSchema,
});
export const deleteChatflowSchema = z.object({
  id: chatflowId,
  /** The chatflow's name, typed again. */
  confirmName: z.string(),
});

/** Who may call a chatflow: nobody, the holder of one key, or anybody. */
export const accessSchema = z.discriminatedUnion(
  "kind",
  [
    z.object({ kind: z.literal("closed") }),
    z.object({ kind: z.literal("key"), apiKeyId: z.guid("That is not a key id.") }),
    z.object({ kind: z.literal("public") }),
  ],
  { error: "Choose who may call this chatflow." },
);
export const setAccessSchema = z.object({ id: chatflowId, access: accessSchema });
/** Keys that one chatflow accepts beside its assigned one, at most. */
export const maxFurtherKeys = 50;
export const furtherKeySchema = z.object({ id: chatflowId, apiKeyId: z.guid("That is not a key id.") });
export type AccessInput = z.input<typeof accessSchema>;
export type AccessKind = z.output<typeof accessSchema>["kind"];

/** The chatflows page's query string. What is malformed is dropped, not refused. */
export const listChatflowsSchema = z.object({
  search: searchText,
  after: z.string().max(500).optional().catch(undefined),
  before: z.string().max(500).optional().catch(undefined),
});
export type ListChatflowsInput = z.input<typeof listChatflowsSchema>;

/** A key that a chatflow accepts beside its assigned one. */
export interface FurtherKey extends ApiKeyOption {
  /** Of the key, on whichever chatflow; at most a minute behind. Null when never used. */
  lastUsedAt: Date | null;
}

/** A chatflow as lists show it. */
export interface ChatflowSummary {
  id: string;
  name: string;
  /** What it is called in addresses and as a model; stays when it is renamed. */
  slug: string;
  access: AccessKind;
  /** The assigned key. Null also where access is "key": when it was deleted, further keys go on. */
  apiKey: ApiKeyOption | null;
  /** By name; only where access is "key". */
  furtherKeys: FurtherKey[];
  engineKind: EngineKind;
  documentCount: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A document as the editor lists it. */
export interface DocumentSummary {
  id: string;
  name: string;
  /** Bytes of the text as UTF-8. */
  size: number;
  passageCount: number;
  createdAt: Date;
}

/** A chatflow as its editor shows it. */
export interface ChatflowDetail extends ChatflowSummary {
  engine: EngineConfig;
  /** To be sent back with an edit. */
  version: number;
  documents: DocumentSummary[];
}
