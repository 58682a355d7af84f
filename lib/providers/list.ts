import "server-only";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { foldName } from "@/lib/names";
import type { ProviderSummary } from "@/lib/providers/schema";

/** Chatflows a list names for each provider. */
const chatflowsNamed = 5;

/** The workspace's providers, by name. Their credentials never leave the database here. */
export async function listProviders(ctx: Context): Promise<ProviderSummary[]> {
  authorize(ctx.actor, "providers:read");
  return await ctx.db.prisma.$queryRaw<ProviderSummary[]>`
    SELECT p.id, p.name, p.kind, p.base_url AS "baseUrl", p.credential IS NOT NULL AS "hasApiKey",
           p.version, p.updated_at AS "updatedAt", used."chatflowCount", used.chatflows
    FROM provider p CROSS JOIN LATERAL (
      SELECT count(*)::int AS "chatflowCount",
             coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'model', model) ORDER BY place)
                      FILTER (WHERE place <= ${chatflowsNamed}), '[]') AS chatflows
      FROM (
        SELECT c.id, c.name, coalesce(c.engine->>'model', nullif(c.engine->>'flowName', ''), c.engine->>'flowId') AS model,
               row_number() OVER (ORDER BY c.name_key, c.id) AS place
        FROM chatflow c WHERE c.workspace_id = p.workspace_id AND c.engine->>'providerId' = p.id::text
      ) numbered
    ) used
    WHERE p.workspace_id = ${ctx.actor.workspaceId}::uuid
    ORDER BY p.name_key, p.id`;
}

type FoundProvider = Pick<ProviderSummary, "id" | "name" | "kind" | "baseUrl">;

/**
 * The provider with this id or, whatever its case, this name.
 * @throws AppError `not_found` or `forbidden`
 */
export async function findProvider(ctx: Context, idOrName: string): Promise<FoundProvider> {
  authorize(ctx.actor, "providers:read");
  const own = { workspaceId: ctx.actor.workspaceId };
  const select = { id: true, name: true, kind: true, baseUrl: true };
  const byId =
    isUuid(idOrName) && (await ctx.db.prisma.provider.findFirst({ where: { ...own, id: idOrName }, select }));
  const nameKey = foldName(idOrName.normalize("NFC").trim());
  const found = byId || (await ctx.db.prisma.provider.findFirst({ where: { ...own, nameKey }, select }));
  if (!found) throw new AppError("not_found", `There is no provider with the id or name “${idOrName}”.`);
  // The table's CHECK holds the kind.
  return found as FoundProvider;
}
