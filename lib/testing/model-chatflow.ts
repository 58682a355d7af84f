import { createApiKey } from "@/lib/api-keys/service";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Database } from "@/lib/db/client";
import type { EngineConfigInput } from "@/lib/engines/config";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { foldName } from "@/lib/names";
import { encryptCredential } from "@/lib/providers/credential";
import { operatorContext } from "@/lib/testing/fixtures";
import { type DialectName, dialects } from "@/lib/testing/provider-dialects";

/** What the providers of the tests are called with. */
export const providerKey = "sk-test-0123456789abcdefghij";

export interface ModelChatflowOptions {
  /** Whose workspace it is made in; by itself a new one. */
  ctx?: Context;
  /** An existing provider of that workspace. */
  providerId?: string;
  kind?: DialectName;
  apiKey?: string | null;
  engine?: Partial<Extract<EngineConfigInput, { kind: "model" }>>;
}

/** A provider at a test server's address. */
export async function createTestProvider(
  ctx: Context,
  serverUrl: string,
  kind: DialectName,
  apiKey: string | null = providerKey,
): Promise<string> {
  const id = newId();
  const name = `${kind} ${id}`;
  await ctx.db.prisma.provider.create({
    data: {
      id,
      workspaceId: ctx.actor.workspaceId,
      name,
      nameKey: foldName(name),
      kind,
      baseUrl: `${serverUrl}${dialects[kind].basePath}`,
      credential: apiKey === null ? null : encryptCredential(apiKey, id, env().FLOWLATCH_ENCRYPTION_KEY),
      createdAt: ctx.now,
      updatedAt: ctx.now,
    },
    select: { id: true },
  });
  return id;
}

/** A chatflow on a test server's model, guarded by the returned key, in a workspace of its own. */
export async function createModelChatflow(
  db: Database,
  serverUrl: string,
  { kind = "openai-compatible", apiKey = providerKey, engine, ...given }: ModelChatflowOptions = {},
) {
  const ctx = given.ctx ?? (await operatorContext(db));
  const providerId = given.providerId ?? (await createTestProvider(ctx, serverUrl, kind, apiKey));
  const name = given.ctx ? `Assistant ${newId()}` : "Assistant";
  const { id: chatflowId } = await createChatflow(ctx, {
    name,
    engine: { kind: "model", providerId, model: "test-model", ...engine },
  });
  const key = await createApiKey(ctx, { name: given.ctx ? name : "Website", chatflowId });
  return { ctx, chatflowId, key, providerId };
}
