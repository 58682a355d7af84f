import type { Database } from "@/lib/db/client";

/** Tables without a column for the workspace: how their rows belong to one. */
const belongs: Record<string, string> = {
  workspace: "t.id = $1",
  user: "t.id IN (SELECT user_id FROM membership WHERE workspace_id = $1)",
  api_key_secret: "t.api_key_id IN (SELECT id FROM api_key WHERE workspace_id = $1)",
  api_key_counter: "t.api_key_id IN (SELECT id FROM api_key WHERE workspace_id = $1)",
  document: "t.chatflow_id IN (SELECT id FROM chatflow WHERE workspace_id = $1)",
  passage: "t.chatflow_id IN (SELECT id FROM chatflow WHERE workspace_id = $1)",
  visitor_counter: "t.chatflow_id IN (SELECT id FROM chatflow WHERE workspace_id = $1)",
};
/** Of no workspace. */
const apart = ["_prisma_migrations", "sign_in_throttle", "ended_session", "ended_chat"];

/** The same for every test of a process: the schema is. */
let selectRows: Promise<string> | undefined;

async function readSchema({ pool }: Database): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string; has_workspace: boolean }>(
    `SELECT table_name AS name, bool_or(column_name = 'workspace_id') AS has_workspace
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> ALL($1) GROUP BY 1 ORDER BY 1`,
    [apart],
  );
  const selects = tables.map(({ name, has_workspace }) => {
    const condition = has_workspace ? "t.workspace_id = $1" : belongs[name];
    if (!condition) throw new Error(`Nobody said which rows of ${name} are a workspace's.`);
    return `SELECT '${name}' AS name, array(SELECT t::text FROM "${name}" t WHERE ${condition} ORDER BY 1) AS rows`;
  });
  return selects.join(" UNION ALL ");
}

/** Every row of a workspace as a text, by table. A new table has to say which of its rows are a workspace's. */
export async function rowsOf(db: Database, workspaceId: string): Promise<Record<string, string[]>> {
  selectRows ??= readSchema(db);
  const { rows } = await db.pool.query<{ name: string; rows: string[] }>(await selectRows, [workspaceId]);
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
}
