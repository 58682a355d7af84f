import "server-only";
import { secretOf } from "@/lib/api-keys/secrets";
import { recordAudit } from "@/lib/audit";
import { holdApiKey } from "@/lib/chatflows/accepted-keys";
import { insertChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { engineConfigSchema } from "@/lib/engines/config";
import { newId } from "@/lib/ids";
import type { Plan } from "@/lib/import/plan";
import { type PlannedChatflow, tidyChatflowName } from "@/lib/import/plan-chatflows";
import type { PlannedKey } from "@/lib/import/plan-keys";
import type { ReadSource } from "@/lib/import/read-source";
import { foldName } from "@/lib/names";
import { insertProvider } from "@/lib/providers/service";

/** Makes a key whose token Flowise issued. @returns its id; null for one that is left out */
async function insertImportedKey(tx: Transaction, ctx: Context, key: PlannedKey): Promise<string | null> {
  const { name, token, expiresAt } = key;
  if (!token) return null;
  const id = newId();
  const secret = secretOf(token);
  const { lastFour, source } = secret;
  await tx.apiKey.create({
    data: {
      ...{ id, workspaceId: ctx.actor.workspaceId, name, nameKey: foldName(name) },
      ...{ lastFour, tokenSource: source, createdAt: ctx.now, expiresAt },
      createdById: ctx.actor.kind === "operator" ? ctx.actor.userId : null,
      secrets: { create: { id: newId(), ...secret, createdAt: ctx.now } },
    },
    select: { id: true },
  });
  await recordAudit(tx, ctx, {
    action: "api_key.imported",
    target: { kind: "api_key", id, name },
    detail: { after: { lastFour, expiresAt: expiresAt?.toISOString() ?? null }, source: "Flowise" },
  });
  return id;
}

interface Answering {
  providerId: string;
  flowId: string;
  flowName: string;
  /** The key that guards it. */
  apiKeyId: string | null;
}

/** Makes a chatflow that a Flowise server answers, and opens it as far as was planned. @returns its id */
async function insertImportedChatflow(
  tx: Transaction,
  ctx: Context,
  { name, access, sourceId, keepsId }: PlannedChatflow,
  { apiKeyId, ...flow }: Answering,
): Promise<string> {
  const engine = engineConfigSchema.parse({ kind: "flowise", ...flow });
  const { id } = await insertChatflow(tx, ctx, { name, engine }, keepsId ? sourceId.toLowerCase() : undefined);
  const isPublic = access?.kind === "public";
  if (apiKeyId === null && !isPublic) return id;
  await tx.chatflow.update({
    where: { id, workspaceId: ctx.actor.workspaceId },
    data: { apiKeyId, isPublic },
    select: { id: true },
  });
  const keyed = access?.kind === "key" && { apiKeyId, apiKeyName: access.keyName };
  await recordAudit(tx, ctx, {
    action: isPublic ? "chatflow.opened" : "chatflow.assigned",
    target: { kind: "chatflow", id, name },
    detail: { before: { access: "closed" }, after: { access: isPublic ? "public" : "key", ...keyed } },
  });
  return id;
}

async function connectGateway(tx: Transaction, ctx: Context, { provider }: Plan): Promise<string | null> {
  if (provider === null || provider.id !== null) return provider?.id ?? null;
  const { name, baseUrl, apiKey } = provider;
  // That it answers was seen when it was read.
  return (await insertProvider(tx, ctx, { name, kind: "flowise", baseUrl, apiKey }, true)).id;
}

/** Does what was planned. @returns the plan, with the ids of what was made */
export async function carryOut(tx: Transaction, ctx: Context, plan: Plan, { data }: ReadSource): Promise<Plan> {
  const keyIds = new Map<string, string>();
  // Held before any chatflow is made, as deleting a key does it: the other order could deadlock with it.
  for (const id of plan.keys.flatMap((key) => key.id ?? []).sort()) await holdApiKey(tx, ctx, id, "source");
  const keys: PlannedKey[] = [];
  for (const key of plan.keys) {
    const id = key.id ?? (await insertImportedKey(tx, ctx, key));
    if (id) keyIds.set(key.sourceId, id);
    keys.push({ ...key, id });
  }
  const providerId = await connectGateway(tx, ctx, plan);
  const flowNames = new Map(data.flows.map((flow) => [flow.id, tidyChatflowName(flow)]));
  const chatflows: PlannedChatflow[] = [];
  for (const chatflow of plan.chatflows) {
    const { outcome, sourceId: flowId, access } = chatflow;
    const apiKeyId = access?.kind === "key" ? (keyIds.get(access.keySourceId) ?? null) : null;
    const flow = { flowId, flowName: flowNames.get(flowId) ?? "", apiKeyId };
    const id =
      outcome === "made" && providerId !== null
        ? await insertImportedChatflow(tx, ctx, chatflow, { ...flow, providerId })
        : chatflow.id;
    chatflows.push({ ...chatflow, id });
  }
  return { ...plan, keys, chatflows };
}
