import { z } from "zod";

/**
 * Safe in the browser: what is taken of Flowise's keys and flows, and nothing more. A file is read where
 * the operator is, so that graphs of flows, prompts and the like never travel.
 */
export const importMax = 2_000;

const text = z.string().max(10_000);
const keySchema = z.object({
  /** Flowise's own, which its flows name. */
  id: text,
  name: text,
  /** In clear, as Flowise has it; it goes no further than into a digest. */
  token: text,
});
const flowSchema = z.object({
  id: text,
  name: text,
  /** The key that guards it; null for none, undefined where the source does not tell. */
  keyId: text.nullish(),
});

const tooMany = (noun: string) => `At most ${importMax.toLocaleString("en")} ${noun} can be imported at a time.`;

export const flowiseDataSchema = z.object({
  keys: z.array(keySchema, "Give a list of keys.").max(importMax, tooMany("keys")),
  flows: z.array(flowSchema, "Give a list of chatflows.").max(importMax, tooMany("chatflows")),
  /** Entries that are neither a key nor a flow. */
  unread: z.number().int().nonnegative().default(0),
});
export type FlowiseData = z.output<typeof flowiseDataSchema>;
export type FlowiseKey = FlowiseData["keys"][number];
export type FlowiseFlow = FlowiseData["flows"][number];

/** Longer ones are cut in any case: what is cut here need not travel. */
const name = z
  .string()
  .catch("")
  .transform((given) => given.slice(0, 500).toWellFormed());

/** `GET /api/v1/apikey`, and Flowise's own file of keys. */
const keyRow = z
  .object({ id: text.optional(), apiKey: text, keyName: name })
  .transform(({ id, apiKey, keyName }): FlowiseKey => ({ id: id ?? apiKey.slice(-4), name: keyName, token: apiKey }));

/** `GET /api/v1/chatflows`, and Flowise's export, which leaves `apikeyid` out. */
const flowRow = z
  .object({ id: text, name, flowData: z.unknown(), apikeyid: text.nullish() })
  .refine((row) => row.flowData !== undefined || row.apikeyid !== undefined)
  .transform(({ id, name, apikeyid }): FlowiseFlow => ({ id, name, keyId: apikeyid === "" ? null : apikeyid }));

/** Lists of Flowise's export that hold flows, and names that people put lists of keys under. */
const listNames = /^(?:chat|agent|assistant|multiagent)flow(?:s|v2)?$|^api_?keys?$|^keys$/i;

/** The rows of a document: it is a list itself, or has lists under the names that Flowise gives them. */
function rowsOf(document: unknown): unknown[] | null {
  if (Array.isArray(document)) return document;
  if (typeof document !== "object" || document === null) return null;
  const lists = Object.entries(document).filter(([name, list]) => listNames.test(name) && Array.isArray(list));
  return lists.length === 0 ? null : lists.flatMap(([, list]) => list as unknown[]);
}

/**
 * Reads what Flowise lists or exports; several documents add up, and what two of them say of one flow
 * is put together.
 * @returns null when one of them is nothing of Flowise's
 */
export function readFlowiseData(documents: unknown[]): FlowiseData | null {
  const keys: FlowiseKey[] = [];
  const flows = new Map<string, FlowiseFlow>();
  let unread = 0;
  for (const document of documents) {
    const rows = rowsOf(document);
    if (rows === null) return null;
    for (const row of rows) {
      const key = keyRow.safeParse(row).data;
      const flow = key ? undefined : flowRow.safeParse(row).data;
      if (key) keys.push(key);
      else if (flow) flows.set(flow.id, flow.keyId === undefined ? { ...flow, ...flows.get(flow.id) } : flow);
      else unread += 1;
    }
    if (rows.length > 0 && unread === rows.length && keys.length + flows.size === 0) return null;
  }
  return { keys, flows: [...flows.values()], unread };
}

/** What a person is told of a file that cannot be read. */
export const notFlowiseFile =
  "This file is nothing that Flowise exports: choose the JSON of its keys, of its chatflows, or both.";

/**
 * The same from the text of files.
 * @throws SyntaxError when one is no JSON
 */
export function readFlowiseFiles(files: string[]): FlowiseData | null {
  return readFlowiseData(files.map((file): unknown => JSON.parse(file.replace(/^\uFEFF/, ""))));
}
