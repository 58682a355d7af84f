import "server-only";
import type { z } from "zod";
import { assertExpiry } from "@/lib/api-keys/expiry";
import { type LockedApiKey, lockApiKey } from "@/lib/api-keys/lock";
import { keepCounter } from "@/lib/api-keys/restrictions";
import { createApiKeySchema, deleteApiKeySchema, type IssuedApiKey, renameApiKeySchema } from "@/lib/api-keys/schema";
import { issueSecret } from "@/lib/api-keys/secrets";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { chatflowsLosing } from "@/lib/chatflows/accepted-keys";
import { changeAccess } from "@/lib/chatflows/access";
import { acceptFurtherKey } from "@/lib/chatflows/further-keys";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { isUniqueViolation } from "@/lib/db/errors";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { foldName } from "@/lib/names";
import { parseInput } from "@/lib/parse-input";

function refuseTakenName(name: string) {
  return (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("name_taken", `A key named “${name}” already exists. Names differ by more than their case.`, {
      field: "name",
    });
  };
}

/**
 * Makes a key and returns its token, the only time it is readable. Unless it is told otherwise it never
 * expires, has no limits and may be used from anywhere. With `chatflowId` the key is assigned to that
 * chatflow as well, or accepted there as a further key.
 * @throws AppError `invalid_input`, `name_taken`, `not_found` (chatflow), `conflict` (the chatflow takes no
 *   further key) or `forbidden`
 */
export async function createApiKey(ctx: Context, input: z.input<typeof createApiKeySchema>): Promise<IssuedApiKey> {
  authorize(ctx.actor, "keys:write");
  const { name, chatflowId, isFurtherKey, expiresAt, limits, allowedAddresses } = parseInput(createApiKeySchema, input);
  const { token, secret } = issueSecret();
  const { lastFour } = secret;
  const id = newId();
  const { workspaceId } = ctx.actor;
  await ctx.db.prisma
    .$transaction(async (tx) => {
      await assertExpiry(tx, ctx, expiresAt);
      await tx.apiKey.create({
        data: {
          id,
          workspaceId,
          name,
          nameKey: foldName(name),
          lastFour,
          createdAt: ctx.now,
          expiresAt,
          limits,
          allowedAddresses,
          createdById: ctx.actor.kind === "operator" ? ctx.actor.userId : null,
          secrets: { create: { id: newId(), ...secret, createdAt: ctx.now } },
        },
        select: { id: true },
      });
      await keepCounter(tx, id, limits);
      await recordAudit(tx, ctx, {
        action: "api_key.created",
        target: { kind: "api_key", id, name },
        detail: { after: { lastFour, expiresAt: expiresAt?.toISOString() ?? null, limits, allowedAddresses } },
      });
      if (chatflowId === undefined) return;
      if (isFurtherKey) return await acceptFurtherKey(tx, ctx, chatflowId, { id, name });
      await changeAccess(tx, ctx, chatflowId, { id, name });
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
 * Deletes a key. Chatflows that accept no other key close. `confirmName` must be the key's present name.
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
    return { id, name: key.name, closedChatflows: await removeApiKeys(tx, ctx, [key]) };
  });
}

/** Deletes locked keys, with an audit event for each. @returns the chatflows that closed, having lost their last key */
export async function removeApiKeys(tx: Transaction, ctx: Context, keys: LockedApiKey[]) {
  const closedChatflows = [];
  // Locks the chatflows of all keys, in one order, before the first of them is changed.
  await chatflowsLosing(
    tx,
    ctx,
    keys.map(({ id }) => id),
  );
  for (const { id, name } of keys) {
    const { closed, open } = await chatflowsLosing(tx, ctx, [id]);
    await tx.apiKey.delete({ where: { id }, select: { id: true } });
    await recordAudit(tx, ctx, {
      action: "api_key.deleted",
      target: { kind: "api_key", id, name },
      detail: { closedChatflows: closed, ...(open.length > 0 && { openChatflows: open }) },
    });
    closedChatflows.push(...closed);
  }
  return closedChatflows;
}
