import { z } from "zod";
import { flowiseDataSchema } from "@/lib/import/flowise-data";

/** Safe in the browser: the page and the use cases check with the same schemas. */

/** Address and key are checked as those of any provider, so that both are refused in the same words. */
const serverSchema = z.object({
  kind: z.literal("server"),
  baseUrl: z.string("The base URL must be text."),
  apiKey: z.string("The API key must be text."),
});

const fileSchema = z.object({
  kind: z.literal("file"),
  data: flowiseDataSchema,
  /** The Flowise server that the flows run on; null to import keys alone. */
  providerId: z.guid("Choose a Flowise server.").nullable().default(null),
});

export const importSourceSchema = z.discriminatedUnion("kind", [serverSchema, fileSchema], {
  error: "Give the address of a Flowise server, or a file.",
});
export type ImportSource = z.input<typeof importSourceSchema>;

const ids = z.array(z.string().max(10_000)).max(4_000).default([]);

/** What the operator decides, by Flowise's own ids. */
export const importChoicesSchema = z.object({
  /** Left out. */
  skippedKeys: ids,
  skippedChatflows: ids,
  /** Made public; of the others, those that no key guards are closed. */
  publicChatflows: ids,
});
export type ImportChoices = z.input<typeof importChoicesSchema>;

export const planImportSchema = z.object({ source: importSourceSchema });
export const runImportSchema = z.object({ source: importSourceSchema, choices: importChoicesSchema.prefault({}) });

/** What becomes, or became, of something: it is made, it is here already, or it is left out. */
export type Outcome = "made" | "here" | "left-out";

export interface ReportedKey {
  /** Flowise's. */
  sourceId: string;
  /** Of the key here, once there is one. */
  id: string | null;
  name: string;
  /** Null where it is no token. */
  lastFour: string | null;
  outcome: Outcome;
  /** Sentences: what is different here, or why it is left out. */
  notes: string[];
}

export interface ReportedChatflow {
  sourceId: string;
  id: string | null;
  name: string;
  outcome: Outcome;
  /** Null where it is here already, and left as it is, or left out. */
  access: { kind: "closed" | "public" } | { kind: "key"; keyName: string; keySourceId: string } | null;
  /** Why access is not what it is at Flowise; null where it is. */
  accessNote: string | null;
  notes: string[];
}

/** What an import will do, or has done. Holds no token. */
export interface ImportReport {
  isDone: boolean;
  /** The Flowise server that the chatflows are answered by; null without one. */
  provider: { name: string; isNew: boolean } | null;
  keys: ReportedKey[];
  chatflows: ReportedChatflow[];
  /** Entries of a file that are neither a key nor a flow. */
  unread: number;
}
