import "server-only";
import type { z } from "zod";
import {
  createApiKeySchema,
  deleteApiKeySchema,
  type IssuedApiKey,
  regenerateApiKeySchema,
  renameApiKeySchema,
} from "@/lib/api-keys/schema";
import { digestToken, generateToken, lastFourOf } from "@/lib/api-keys/token";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { isUniqueViolation } from "@/lib/db/errors";

import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { foldName } from "@/lib/names";
import { parseInput } from "@/lib/parse-input";

/** Makes a token and what is stored of it. */
function issueSecret() {
  const token = generateToken();
  const digest = new Uint8Array(digestToken(token, env().FLOWLATCH_PEPPER[0] as string));
  return { token, digest, lastFour: lastFourOf(token) };
}

function refuseTakenName(name: string) {
  return (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("name_taken", `A key named “${name}” already exists. Names differ by more than their case.`, {
      field: "name",
    });
  };
}

/** The key's row, locked until the transaction ends, so that two changes to it queue up. */
async function lockApiKey(tx: Transaction, ctx: Context, id: string) {
  const rows = await tx.$queryRaw<{ id: string; name: string; last_four: string }[]>`
    SELECT id, name, last_four FROM api_key
    WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid FOR UPDATE`;
  const [key] = rows;
  if (!key) throw new AppError("not_found", "There is no such key. It may have been deleted meanwhile.");
  return key;
}

/**
 * Makes a key and returns its token, the only time it is readable. With `chatflowId` the key is
 * assigned to that chatflow as well.
 * @throws AppError `invalid_input`, `name_taken`, `not_found` (chatflow) or `forbidden`
 */
export async function createApiKey(ctx: Context, input: z.input<typeof createApiKeySchema>): Promise<IssuedApiKey> {
  authorize(ctx.actor, "keys:write");
  const { name, chatflowId } = parseInput(createApiKeySchema, input);
  const { token, digest, lastFour } = issueSecret();
  const id = newId();
  const { workspaceId } = ctx.actor;
  await ctx.db.prisma
    .$transaction(async (tx) => {
      await tx.apiKey.create({
        data: {
          id,
          workspaceId,
          name,
          nameKey: foldName(name),
          lastFour,
          createdAt: ctx.now,
          createdById: ctx.actor.kind === "operator" ? ctx.actor.userId : null,
          secrets: { create: { id: newId(), digest, lastFour, createdAt: ctx.now } },
        },
        select: { id: true },
      });
      await recordAudit(tx, ctx, { action: "api_key.created", target: { kind: "api_key", id, name } });
      if (chatflowId === undefined) return;
      const assigned = await tx.chatflow.updateManyAndReturn({
        where: { id: chatflowId, workspaceId },
        data: { apiKeyId: id, isPublic: false, updatedAt: ctx.now },
        select: { name: true },
      });
      if (!assigned[0]) throw new AppError("not_found", "There is no such chatflow.", { field: "chatflowId" });
      await recordAudit(tx, ctx, {
        action: "chatflow.assigned",
        target: { kind: "chatflow", id: chatflowId, name: assigned[0].name },
        detail: { after: { access: "key", apiKeyId: id, apiKeyName: name } },
      });
    })
    .catch(refuseTakenName(name));
  return { id, name, token };
}

/**
 * Gives a key another name. Its token, id and assignments stay.
 * @throws AppError `invalid_input`, `name_taken`, `not_found` or `forbidden`
 */
export async function renameApiKey(ctx: Context, input: z.input<typeof renameApiKeySchema>) {
  authorize(ctx.actor, "keys:write");
  const { id, name } = parseInput(renameApiKeySchema, input);
  await ctx.db.prisma
    .$transaction(async (tx) => {
      const key = await lockApiKey(tx, ctx, id);
      if (key.name === name) return;
      await tx.apiKey.update({ where: { id }, data: { name, nameKey: foldName(name) }, select: { id: true } });
      await recordAudit(tx, ctx, {
        action: "api_key.renamed",
        target: { kind: "api_key", id, name },
        detail: { before: { name: key.name }, after: { name } },
      });
    })
    .catch(refuseTakenName(name));
  return { id, name };
}

/**
 * Gives a key a new token and returns it, the only time it is readable. The old token is refused
 * from the moment this returns, on every instance.
 * @throws AppError `not_found` or `forbidden`
 */
export async function regenerateApiKey(
  ctx: Context,
  input: z.input<typeof regenerateApiKeySchema>,
): Promise<IssuedApiKey> {
  authorize(ctx.actor, "keys:write");
  const { id } = parseInput(regenerateApiKeySchema, input);
  const { token, digest, lastFour } = issueSecret();
  const name = await ctx.db.prisma.$transaction(async (tx) => {
    const key = await lockApiKey(tx, ctx, id);
    await tx.apiKeySecret.updateMany({
      where: { apiKeyId: id, OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.now } }] },
      data: { expiresAt: ctx.now, endReason: "regenerated" },
    });
    await tx.apiKeySecret.create({
      data: { id: newId(), apiKeyId: id, digest, lastFour, createdAt: ctx.now },
      select: { id: true },
    });
    await tx.apiKey.update({ where: { id }, data: { lastFour }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "api_key.regenerated",
      target: { kind: "api_key", id, name: key.name },
      detail: { before: { lastFour: key.last_four }, after: { lastFour } },
    });
    return key.name;
  });
  return { id, name, token };
}

/**
 * Deletes a key. Chatflows assigned to it close. `confirmName` must be the key's present name.
 * @returns the chatflows that closed
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function deleteApiKey(ctx: Context, input: z.input<typeof deleteApiKeySchema>) {
  authorize(ctx.actor, "keys:write");
  const { id, confirmName } = parseInput(deleteApiKeySchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const key = await lockApiKey(tx, ctx, id);
    if (confirmName.normalize("NFC").trim() !== key.name) {
      throw new AppError("invalid_input", `Type the key’s name, “${key.name}”, to delete it.`, {
        field: "confirmName",
      });
    }
    const closed = await tx.chatflow.findMany({
      where: { apiKeyId: id, workspaceId: ctx.actor.workspaceId },
      select: { id: true, name: true },
      orderBy: { nameKey: "asc" },
    });
    await tx.apiKey.delete({ where: { id }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "api_key.deleted",
      target: { kind: "api_key", id, name: key.name },
      detail: { closedChatflows: closed },
    });
    return { id, name: key.name, closedChatflows: closed };
  });
}
