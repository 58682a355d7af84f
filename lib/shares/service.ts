import "server-only";
import type { z } from "zod";
import { lockApiKey } from "@/lib/api-keys/lock";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Database, Transaction } from "@/lib/db/client";
import { isUniqueViolation } from "@/lib/db/errors";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";
import { openShareSchema, shareTokenSchema } from "@/lib/shares/schema";

/** How long a link waits to be opened. */
const openableMs = 24 * 60 * 60 * 1000;

/**
 * Keeps a token that the sender's browser has encrypted until it is opened, for 24 hours at most. It
 * cannot be read here: its key is in the link's fragment.
 * @throws AppError `invalid_input`, `not_found`, `conflict` when the key was given another token meanwhile, or `forbidden`
 */
export async function shareToken(ctx: Context, input: z.input<typeof shareTokenSchema>) {
  authorize(ctx.actor, "keys:write");
  const { id, apiKeyId, lastFour, ciphertext } = parseInput(shareTokenSchema, input);
  const { workspaceId } = ctx.actor;
  const expiresAt = new Date(ctx.now.getTime() + openableMs);
  await ctx.db.prisma
    .$transaction(async (tx) => {
      const key = await lockApiKey(tx, ctx, apiKeyId);
      if (key.exposedAt || key.lastFour !== lastFour) {
        throw new AppError("conflict", "This token was replaced or ended meanwhile. There is nothing left to share.");
      }
      const createdById = ctx.actor.kind === "operator" ? ctx.actor.userId : null;
      const bytes = new Uint8Array(Buffer.from(ciphertext, "base64url"));
      await tx.sharedToken.create({
        data: { id, workspaceId, apiKeyId, ciphertext: bytes, createdById, createdAt: ctx.now, expiresAt },
        select: { id: true },
      });
      await recordAudit(tx, ctx, {
        action: "api_key.token_shared",
        target: { kind: "api_key", id: apiKeyId, name: key.name },
        detail: { after: { lastFour, shareId: id, expiresAt: expiresAt.toISOString() } },
      });
    })
    .catch((error: unknown) => {
      if (isUniqueViolation(error)) throw new AppError("conflict", "This link exists already. Share once more.");
      throw error;
    });
  return { expiresAt };
}

interface OpenedRow {
  ciphertext: Uint8Array;
  apiKeyId: string;
  name: string;
  workspaceId: string;
}

/**
 * Hands out what was shared and deletes it, in one statement: of two who open at once, one gets it.
 * Whoever has the link may; the audit trail says from which address.
 * @returns the encrypted token, in base64url
 * @throws AppError `not_found`, the same whether it was opened, has expired or never was
 */
export async function openShare(
  origin: Omit<Context, "actor">,
  input: z.input<typeof openShareSchema>,
): Promise<{ ciphertext: string }> {
  const { id } = parseInput(openShareSchema, input);
  return await origin.db.prisma.$transaction(async (tx) => {
    const [opened] = await tx.$queryRaw<OpenedRow[]>`
      DELETE FROM shared_token s USING api_key k
      WHERE s.id = ${id}::uuid AND s.expires_at > ${origin.now} AND k.id = s.api_key_id
      RETURNING s.ciphertext, k.id AS "apiKeyId", k.name, k.workspace_id AS "workspaceId"`;
    if (!opened) throw new AppError("not_found", "This link was opened before, or it has expired.");
    const { ciphertext, apiKeyId, name, workspaceId } = opened;
    const ctx: Context = { ...origin, actor: { kind: "system", workspaceId, name: "Shared link" } };
    await recordAudit(tx, ctx, {
      action: "api_key.shared_token_opened",
      target: { kind: "api_key", id: apiKeyId, name },
      detail: { shareId: id },
    });
    return { ciphertext: Buffer.from(ciphertext).toString("base64url") };
  });
}

/** Deletes what waits to be opened of a key whose token was replaced or ended. With the key itself they go by cascade. */
export async function deletePendingShares(tx: Transaction, apiKeyId: string): Promise<void> {
  await tx.sharedToken.deleteMany({ where: { apiKeyId } });
}

/**
 * Deletes the shares that nobody opened in time.
 * @returns how many were deleted
 */
export async function pruneShares(db: Database, now: Date): Promise<{ deleted: number }> {
  const { count } = await db.prisma.sharedToken.deleteMany({ where: { expiresAt: { lte: now } } });
  return { deleted: count };
}
