import { randomBytes } from "node:crypto";
import { secretOf } from "@/lib/api-keys/secrets";
import { parseToken } from "@/lib/api-keys/token";
import type { Database } from "@/lib/db/client";

/** A token as Flowise 3.1.4 makes it. */
export function flowiseToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Makes a key's live token one that Flowise issued, as an import leaves it. */
export async function giveFlowiseToken({ prisma }: Database, apiKeyId: string): Promise<string> {
  const token = parseToken(flowiseToken());
  if (!token) throw new Error("That is not what Flowise makes.");
  const { digest, lastFour, source } = secretOf(token);
  await prisma.$transaction([
    prisma.apiKeySecret.updateMany({ where: { apiKeyId, expiresAt: null }, data: { digest, lastFour, source } }),
    prisma.apiKey.update({ where: { id: apiKeyId }, data: { lastFour, tokenSource: source } }),
  ]);
  return token;
}
