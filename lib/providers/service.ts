import "server-only";
import type { z } from "zod";
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
import { encryptCredential } from "@/lib/providers/credential";
import {
  checkAddress,
  editedConnection,
  lockProvider,
  readProvider,
  renewedCredential,
  type SavedProvider,
} from "@/lib/providers/saved";
import {
  checkDraftSchema,
  createProviderSchema,
  deleteProviderSchema,
  updateProviderSchema,
} from "@/lib/providers/schema";
import { type ConnectionReport, reportOn } from "@/lib/providers/test-connection";

/** A saved provider; `report` is null where nothing was tested. */
export interface SavedResult {
  id: string;
  name: string;
  report: ConnectionReport | null;
}

function refuseTakenName(name: string) {
  return (error: unknown): never => {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError(
      "name_taken",
      `A provider named “${name}” already exists. Names differ by more than their case.`,
      {
        field: "name",
      },
    );
  };
}

const encrypted = (apiKey: string, id: string) => encryptCredential(apiKey, id, env().FLOWLATCH_ENCRYPTION_KEY);

/**
 * Saves a new provider, after its connection was tested unless `skipTest` is set.
 * @throws AppError `invalid_input`, `name_taken`, `forbidden`, `upstream_failed` or `upstream_timeout`
 */
export async function createProvider(ctx: Context, input: z.input<typeof createProviderSchema>): Promise<SavedResult> {
  authorize(ctx.actor, "providers:write");
  const { name, kind, baseUrl, apiKey, skipTest } = parseInput(createProviderSchema, input);
  checkAddress(baseUrl);
  await refuseTakenNameEarly(ctx, name);
  const report = skipTest ? null : await reportOn({ kind, baseUrl, apiKey: apiKey || null });
  const { id } = await ctx.db.prisma
    .$transaction((tx) => insertProvider(tx, ctx, { name, kind, baseUrl, apiKey }, !skipTest))
    .catch(refuseTakenName(name));
  return { id, name, report };
}

/** Writes a new provider, its credential encrypted, and its audit event. The input is already checked. */
export async function insertProvider(
  tx: Transaction,
  ctx: Context,
  { name, kind, baseUrl, apiKey }: Pick<z.output<typeof createProviderSchema>, "name" | "kind" | "baseUrl" | "apiKey">,
  tested: boolean,
): Promise<{ id: string; name: string }> {
  const id = newId();
  await tx.provider.create({
    data: {
      id,
      workspaceId: ctx.actor.workspaceId,
      name,
      nameKey: foldName(name),
      kind,
      baseUrl,
      credential: apiKey ? encrypted(apiKey, id) : null,
      createdById: ctx.actor.kind === "operator" ? ctx.actor.userId : null,
      createdAt: ctx.now,
      updatedAt: ctx.now,
    },
    select: { id: true },
  });
  await recordAudit(tx, ctx, {
    action: "provider.created",
    target: { kind: "provider", id, name },
    detail: { after: { kind, baseUrl, hasApiKey: apiKey !== "" }, tested },
  });
  return { id, name };
}

/** So that nobody waits for a test and is then told to choose another name. */
async function refuseTakenNameEarly(ctx: Context, name: string): Promise<void> {
  const where = { workspaceId: ctx.actor.workspaceId, nameKey: foldName(name) };
  if (await ctx.db.prisma.provider.findFirst({ where, select: { id: true } })) refuseTakenName(name)({ code: "P2002" });
}

function refuseOutdated(saved: SavedProvider, version: number): void {
  if (saved.version === version) return;
  throw new AppError(
    "conflict",
    "Somebody else saved this provider while you were editing it, so your changes were not saved. Load the page again and apply them to the new version.",
  );
}

/** What to store when "" keeps the saved API key; undefined leaves the row's credential alone. */
function encryptedAnew(before: SavedProvider, apiKey: string) {
  return apiKey === "" ? (renewedCredential(before) ?? undefined) : encrypted(apiKey, before.id);
}

/**
 * Changes a provider, if nobody has since `version` was read. Its kind stays. The connection is
 * tested when it changes, unless `skipTest` is set. Another address asks for the API key again.
 * @throws AppError as `createProvider`, or `not_found` or `conflict`
 */
export async function updateProvider(
  ctx: Context,
  input: z.input<typeof updateProviderSchema>,
): Promise<SavedResult & { version: number }> {
  authorize(ctx.actor, "providers:write");
  const { id, version, name, baseUrl, apiKey, skipTest } = parseInput(updateProviderSchema, input);
  const saved = await readProvider(ctx, id);
  refuseOutdated(saved, version);
  const isSameConnection = apiKey === "" && baseUrl === saved.base_url;
  // A name can be changed without the credential, even one that no longer decrypts.
  const connection = isSameConnection ? null : editedConnection(saved, { baseUrl, apiKey });
  if (connection) {
    parseInput(checkDraftSchema, connection);
    checkAddress(baseUrl);
  }
  const report = connection && !skipTest ? await reportOn(connection) : null;
  await ctx.db.prisma
    .$transaction(async (tx) => {
      // Of the same version, so the same address and credential that were checked above.
      const before = await lockProvider(tx, ctx, id);
      refuseOutdated(before, version);
      const credential = apiKey === null ? null : encryptedAnew(before, apiKey);
      await tx.provider.update({
        where: { id, workspaceId: ctx.actor.workspaceId },
        data: { name, nameKey: foldName(name), baseUrl, credential, version: version + 1, updatedAt: ctx.now },
        select: { id: true },
      });
      const hasApiKey = apiKey === "" ? before.credential !== null : apiKey !== null;
      await recordAudit(tx, ctx, {
        action: "provider.updated",
        target: { kind: "provider", id, name },
        detail: {
          before: { name: before.name, baseUrl: before.base_url, hasApiKey: before.credential !== null },
          after: { name, baseUrl, hasApiKey },
          apiKeyReplaced: apiKey !== "" && apiKey !== null,
        },
      });
    })
    .catch(refuseTakenName(name));
  return { id, name, version: version + 1, report };
}

/** The first chatflows that answer through a provider, and how many do. */
async function chatflowsOf(tx: Transaction, ctx: Context, id: string) {
  return await tx.$queryRaw<{ name: string; total: number }[]>`
    SELECT name, (count(*) OVER ())::int AS total FROM chatflow
    WHERE workspace_id = ${ctx.actor.workspaceId}::uuid AND engine->>'providerId' = ${id}
    ORDER BY name_key, id LIMIT 5`;
}

/**
 * Deletes a provider that no chatflow uses, and its credential with it.
 * @throws AppError `conflict`, naming the chatflows, `not_found` or `forbidden`
 */
export async function deleteProvider(ctx: Context, input: z.input<typeof deleteProviderSchema>) {
  authorize(ctx.actor, "providers:write");
  const { id } = parseInput(deleteProviderSchema, input);
  return await ctx.db.prisma.$transaction(async (tx) => {
    const { name } = await lockProvider(tx, ctx, id);
    const chatflows = await chatflowsOf(tx, ctx, id);
    if (chatflows[0]) {
      const names = chatflows.map((chatflow) => `“${chatflow.name}”`).join(", ");
      const more = chatflows[0].total - chatflows.length;
      throw new AppError(
        "conflict",
        `“${name}” is in use by ${names}${more > 0 ? ` and ${more} more` : ""}. Give ${chatflows[0].total === 1 ? "this chatflow" : "these chatflows"} another provider first.`,
      );
    }
    await tx.provider.delete({ where: { id, workspaceId: ctx.actor.workspaceId }, select: { id: true } });
    await recordAudit(tx, ctx, { action: "provider.deleted", target: { kind: "provider", id, name } });
    return { id, name };
  });
}
