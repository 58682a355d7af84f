import "server-only";
import type { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import { type PassagePreview, passagesSchema } from "@/lib/chatflows/documents-schema";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";

/** Passages read at a time. */
export const passagesPerPage = 40;

/**
 * A document's passages as the search has them, from a place on.
 * @returns also the place to read on from; null at the end
 * @throws AppError `not_found`, for another workspace's document as well, or `forbidden`
 */
export async function previewPassages(
  ctx: Context,
  input: z.input<typeof passagesSchema>,
): Promise<{ passages: PassagePreview[]; next: number | null }> {
  authorize(ctx.actor, "chatflows:read");
  const { chatflowId, documentId, from } = parseInput(passagesSchema, input);
  const document = await ctx.db.prisma.document.findFirst({
    where: { id: documentId, chatflowId, chatflow: { workspaceId: ctx.actor.workspaceId } },
    select: {
      passages: {
        where: { ordinal: { gte: from } },
        orderBy: { ordinal: "asc" },
        take: passagesPerPage + 1,
        select: { ordinal: true, heading: true, content: true },
      },
    },
  });
  if (!document) throw new AppError("not_found", "There is no such document. It may have been removed meanwhile.");
  const passages = document.passages.slice(0, passagesPerPage);
  return { passages, next: document.passages[passagesPerPage]?.ordinal ?? null };
}
