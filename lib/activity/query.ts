import "server-only";
import { type ActivityActor, type ActivityEvent, type ActivityFilter, momentsOf } from "@/lib/activity/schema";
import { nameContains } from "@/lib/api-keys/search";
import { type Context, commandLineName } from "@/lib/context";
import { Prisma } from "@/lib/db/client";
import { isUuid } from "@/lib/ids";
import { pastedRequestId } from "@/lib/pasted-request-id";

export interface ActivityRow {
  id: string;
  at: Date;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  action: string;
  target_kind: string;
  target_id: string;
  target_name: string;
  target_exists: boolean;
  detail: Prisma.JsonValue;
  request_id: string;
  address: string | null;
}

/** The columns of an event, in a query whose table of events is called `row`. */
export const eventColumns = Prisma.sql`
  row.id, row.at, row.actor_kind, row.actor_id, row.actor_name, row.action, row.target_kind, row.target_id,
  row.target_name, row.detail, row.request_id, row.address,
  CASE row.target_kind
    WHEN 'api_key' THEN EXISTS (SELECT FROM api_key k WHERE k.id = row.target_id AND k.workspace_id = row.workspace_id)
    WHEN 'chatflow' THEN EXISTS (SELECT FROM chatflow c WHERE c.id = row.target_id AND c.workspace_id = row.workspace_id)
    WHEN 'provider' THEN EXISTS (SELECT FROM provider p WHERE p.id = row.target_id AND p.workspace_id = row.workspace_id)
    ELSE false
  END AS target_exists`;

export function toEvent(row: ActivityRow): ActivityEvent {
  return {
    id: row.id,
    at: row.at,
    actor: { kind: actorKind(row), id: row.actor_id, name: row.actor_name },
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id, name: row.target_name, exists: row.target_exists },
    detail: row.detail,
    requestId: row.request_id,
    address: row.address,
  };
}

function actorKind({ actor_kind: kind, actor_name: name }: ActivityRow): ActivityActor["kind"] {
  if (kind === "operator" || kind === "api_key") return kind;
  return name === commandLineName ? "command_line" : "flowlatch";
}

/** The condition on `row`, an event: it is of the workspace and passes every filter. */
export function activityWhere(ctx: Context, filter: ActivityFilter): Prisma.Sql {
  const { since, until } = momentsOf(filter);
  const conditions = [
    Prisma.sql`row.workspace_id = ${ctx.actor.workspaceId}::uuid`,
    filter.targetId && Prisma.sql`row.target_id = ${filter.targetId}::uuid`,
    filter.actor && byActor(filter.actor),
    filter.action && byAction(filter.action),
    since && Prisma.sql`row.at >= ${since}::timestamptz`,
    until && Prisma.sql`row.at < ${until}::timestamptz`,
    filter.search && bySearch(filter.search),
  ];
  return Prisma.join(
    conditions.filter((condition) => typeof condition === "object" && condition !== null),
    " AND ",
  );
}

/** Kinds are literals, so that the index over what no operator did can serve. */
function byActor(actor: string): Prisma.Sql {
  switch (actor) {
    case "command-line":
      return Prisma.sql`row.actor_kind = 'system' AND row.actor_name = ${commandLineName}`;
    case "flowlatch":
      return Prisma.sql`row.actor_kind = 'system' AND row.actor_name <> ${commandLineName}`;
    case "api":
      return Prisma.sql`row.actor_kind = 'api_key'`;
    default:
      return Prisma.sql`row.actor_id = ${actor}::uuid`;
  }
}

function byAction(action: string): Prisma.Sql {
  return action.includes(".") ? Prisma.sql`row.action = ${action}` : Prisma.sql`row.target_kind = ${action}`;
}

/** Names that contain the text whatever the case, and ids and request ids that are it. */
function bySearch(search: string): Prisma.Sql {
  const requestId = pastedRequestId(search);
  const named = nameContains(search.slice(0, 200), Prisma.sql`row.target_name_key`);
  if (requestId === null) return named;
  const byRequest = Prisma.sql`row.request_id = ${requestId}`;
  if (isUuid(requestId)) return Prisma.sql`(${byRequest} OR row.target_id = ${requestId}::uuid)`;
  return Prisma.sql`(${byRequest} OR ${named})`;
}
