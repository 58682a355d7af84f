import { findApiKey } from "@/lib/api-keys/find";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import type { Context } from "@/lib/context";
import type { Answer } from "./answer.ts";

export interface FoundKey {
  id: string;
  name: string;
}

/** The keys with these ids or names, each once. */
export async function findApiKeys(ctx: Context, given: string[]): Promise<FoundKey[]> {
  const found = new Map<string, FoundKey>();
  for (const idOrName of given) {
    const key = await findApiKey(ctx, idOrName);
    found.set(key.id, key);
  }
  return [...found.values()];
}

/** "“Website” is", "“Website” and “Shop” are" */
export function sayKeys(keys: { name: string }[], one: string, many: string): string {
  const names = new Intl.ListFormat("en").format(keys.map(({ name }) => `“${name}”`));
  return `${names} ${keys.length === 1 ? one : many}`;
}

/** A token, in the one answer that holds it. */
export function issued(key: IssuedApiKey, more = ""): Answer {
  return { json: key, text: `${key.token}\n\nThis is the token of “${key.name}”. It is not shown again.${more}` };
}
