import type { Actor, Context } from "@/lib/context";
import type { Prisma, Transaction } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { foldName } from "@/lib/names";

export interface AuditEntry {
  /** What happened, as `<target>.<past participle>`: "api_key.created". */
  action: string;
  target: { kind: "api_key" | "chatflow" | "provider" | "user" | "workspace"; id: string; name: string };
  /** What changed; never a token or a digest. */
  detail?: Prisma.InputJsonObject;
}

/** Writes an audit event in the transaction of the change it tells of. */
export async function recordAudit(tx: Transaction, ctx: Context, entry: AuditEntry): Promise<void> {
  const { actor } = ctx;
  await tx.auditEvent.create({
    data: {
      id: newId(),
      workspaceId: actor.workspaceId,
      at: ctx.now,
      actorKind: actor.kind,
      actorId: actorId(actor),
      actorName: actor.name,
      action: entry.action,
      targetKind: entry.target.kind,
      targetId: entry.target.id,
      targetName: entry.target.name,
      targetNameKey: foldName(entry.target.name),
      detail: entry.detail ?? {},
      requestId: ctx.requestId,
      address: ctx.address,
    },
    select: { id: true },
  });
}

function actorId(actor: Actor): string | null {
  if (actor.kind === "operator") return actor.userId;
  return actor.kind === "api_key" ? actor.apiKeyId : null;
}
