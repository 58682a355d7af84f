import "server-only";
import type { Database } from "@/lib/db/client";
import { engineFor } from "@/lib/engines/registry";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";

/**
 * Whether a chatflow's engine streams. Anybody may ask, so no workspace is named: the id is all a
 * caller has, and this one fact is all it gets.
 * @throws AppError `not_found`
 */
export async function chatflowStreams(db: Database, chatflowId: string): Promise<boolean> {
  const where = { id: chatflowId };
  const chatflow = isUuid(chatflowId) ? await db.prisma.chatflow.findUnique({ where, select: { engine: true } }) : null;
  if (!chatflow) throw new AppError("not_found", "There is no chatflow with this id.");
  return engineFor(chatflow.engine).streams;
}
