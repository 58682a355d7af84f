import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { sayTime } from "@/lib/api-keys/times";
import type { Context } from "@/lib/context";
import { sealToken } from "@/lib/shares/seal";
import { shareToken } from "@/lib/shares/service";
import { StopError } from "../stop-error.ts";
import type { Answer } from "./answer.ts";

export interface ShareOptions {
  shareOnce?: true;
}

/**
 * A new token as a link that shows it one time, instead of the token: what a terminal or a log of a
 * build keeps is worthless once the link was opened.
 * @param address where people open Flowlatch
 * @throws StopError when no link could be made, so that nobody has the token
 */
export async function sharedOnce(ctx: Context, key: IssuedApiKey, address: string, more = ""): Promise<Answer> {
  const { id, name, token } = key;
  const sealed = await sealToken(token);
  const share = { id: sealed.id, ciphertext: sealed.ciphertext, apiKeyId: id, lastFour: token.slice(-4) };
  const { expiresAt } = await shareToken(ctx, share).catch((cause: unknown) => {
    const sentence = `“${name}” has a new token, but no link could be made, so nobody has it. Regenerate the key.`;
    throw new StopError(sentence, { cause });
  });
  const link = `${address}/share/${sealed.id}#${sealed.fragment}`;
  const text = `${link}\n\nThis shows the token of “${name}” to the first who opens it, until ${sayTime(expiresAt)}.${more}`;
  return { json: { id, name, link, expiresAt }, text };
}
