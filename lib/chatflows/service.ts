import "server-only";
import type { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { authorize } from "@/lib/auth/roles";
import { createChatflowSchema, updateChatflowSchema } from "@/lib/chatflows/schema";
import { freeSlug } from "@/lib/chatflows/slug";
import type { Context } from "@/lib/context";
import type { Prisma, Transaction } from "@/lib/db/client";
import { isUniqueViolation } from "@/lib/db/errors";
import { askedOfProvider, type EngineConfig } from "@/lib/engines/config";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { foldName } from "@/lib/names";
import { parseInput } from "@/lib/parse-input";
import { requireProvider } from "@/lib/providers/require";

export interface LockedChatflow {
  id: string;
  name: string;
  engine: Prisma.JsonValue;
  version: number;
  is_public: boolean;
  api_key_id: string | null;
}

/**
 * The chatflow's row, locked until the transaction ends, so that two changes to it queue up. The
 * lock lets predictions be recorded meanwhile.
 * @throws AppError `not_found`, for another workspace's chatflow as well
 */
export async function lockChatflow(tx: Transaction, ctx: Context, id: string): Promise<LockedChatflow> {
  const chatflow = await lockChatflowIfAny(tx, ctx, id);
  if (!chatflow) throw noSuchChatflow();
  return chatflow;
}

/** The same; null where there is no such chatflow. */
export async function lockChatflowIfAny(tx: Transaction, ctx: Context, id: string): Promise<LockedChatflow | null> {
  const rows = await tx.$queryRaw<LockedChatflow[]>`
    SELECT id, name, engine, version, is_public, api_key_id FROM chatflow
    WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

export function noSuchChatflow(): AppError {
  return new AppError("not_found", "There is no such chatflow. It may have been deleted meanwhile.");
}

function refuseTakenName(name: string) {
  return (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError(
      "name_taken",
      `A chatflow named “${name}” already exists. Names differ by more than their case.`,
      { field: "name" },
    );
  };
}

async function requireEngineProvider(tx: Transaction, ctx: Context, engine: EngineConfig): Promise<void> {
  if (engine.kind === "knowledge") return;
  const offers = askedOfProvider[engine.kind];
  await requireProvider(tx, ctx, { id: engine.providerId, offers, field: "engine.providerId" });
}

/** Writes a new, closed chatflow and its audit event. The input is already checked, and so is a given id. */
export async function insertChatflow(
  tx: Transaction,
  ctx: Context,
  { name, engine }: z.output<typeof createChatflowSchema>,
  id = newId(),
): Promise<{ id: string; name: string }> {
  await requireEngineProvider(tx, ctx, engine);
  await tx.chatflow.create({
    data: {
      id,
      workspaceId: ctx.actor.workspaceId,
      name,
      nameKey: foldName(name),
      slug: await freeSlug(tx, ctx, name),
      engine,
      createdAt: ctx.now,
      updatedAt: ctx.now,
    },
    select: { id: true },
  });
  await recordAudit(tx, ctx, {
    action: "chatflow.created",
    target: { kind: "chatflow", id, name },
    detail: { after: { engine, access: "closed" } },
  });
  return { id, name };
}

/**
 * Makes a chatflow. It is closed until an operator opens it.
 * @throws AppError `invalid_input`, `name_taken` or `forbidden`
 */
export async function createChatflow(ctx: Context, input: z.input<typeof createChatflowSchema>) {
  authorize(ctx.actor, "chatflows:write");
  const data = parseInput(createChatflowSchema, input);
  return await ctx.db.prisma.$transaction((tx) => insertChatflow(tx, ctx, data)).catch(refuseTakenName(data.name));
}

/**
 * Changes a chatflow's name and engine, if nobody has changed them since `version` was read.
 * @returns the new version
 * @throws AppError `invalid_input`, `name_taken`, `not_found`, `conflict` or `forbidden`
 */
export async function updateChatflow(ctx: Context, input: z.input<typeof updateChatflowSchema>) {
  authorize(ctx.actor, "chatflows:write");
  const { id, version, name, engine } = parseInput(updateChatflowSchema, input);
  const newVersion = await ctx.db.prisma
    .$transaction(async (tx) => {
      const before = await lockChatflow(tx, ctx, id);
      if (before.version !== version) {
        throw new AppError(
          "conflict",
          "Somebody else saved this chatflow while you were editing it, so your changes were not saved. They are still in the form: copy what you need, load the page again, and apply them to the new version.",
        );
      }
      await requireEngineProvider(tx, ctx, engine);
      await tx.chatflow.update({
        where: { id, workspaceId: ctx.actor.workspaceId },
        data: { name, nameKey: foldName(name), engine, version: version + 1, updatedAt: ctx.now },
        select: { id: true },
      });
      await recordAudit(tx, ctx, {
        action: "chatflow.updated",
        target: { kind: "chatflow", id, name },
        detail: { before: { name: before.name, engine: before.engine }, after: { name, engine } },
      });
      return version + 1;
    })
    .catch(refuseTakenName(name));
  return { id, name, version: newVersion };
}
