import { secretNames } from "@/bin/secrets";
import { createApiKey } from "@/lib/api-keys/service";
import type { Context } from "@/lib/context";
import { closeDatabase, type Database, openDatabase } from "@/lib/db/client";
import { type AssembledTree, assembledTree, TreeServer } from "@/lib/testing/assembled-tree";
import { openingQuestion } from "@/lib/testing/call";
import { createKnowledgeChatflow, systemContext } from "@/lib/testing/fixtures";
import { startNginx } from "@/lib/testing/nginx";
import { startPgBouncer } from "@/lib/testing/pgbouncer";
import { startPostgres, type TestPostgres, type TestPostgresOptions } from "@/lib/testing/postgres-server";

/** How often each fault strikes: few times in CI, as many as the issue asks for by `npm run test:faults`. */
export const faultRounds = Number(process.env.FAULT_ROUNDS ?? 20);

/** Three instances as containers run them, behind nginx, on a Postgres behind PgBouncer, all of this test's own. */
export interface FaultStage {
  url: string;
  instances: TreeServer[];
  postgres: TestPostgres;
  /** Past PgBouncer, as the database's owner. */
  db: Database;
  ctx: Context;
  stop(): Promise<void>;
}

const secrets = Object.fromEntries(secretNames.map((name) => [name, process.env[name] ?? ""]));
const role = "flowlatch_app";

export async function startFaultStage(options: TestPostgresOptions = {}): Promise<FaultStage> {
  const tree: AssembledTree = await assembledTree();
  const postgres = await startPostgres(options);
  const admin = openDatabase(postgres.url, 1);
  await admin.pool.query(`CREATE ROLE ${role} LOGIN`);
  await admin.pool.query(`CREATE DATABASE flowlatch OWNER ${role}`);
  await closeDatabase(admin);
  const own = new URL(postgres.url);
  own.pathname = "/flowlatch";
  const db = openDatabase(own.href, 4);
  const asApp = new URL(own);
  asApp.username = role;
  const pgBouncer = await startPgBouncer(asApp.href, 10);
  const environment = {
    ...secrets,
    DATABASE_URL: pgBouncer.url,
    DATABASE_URL_UNPOOLED: asApp.href,
    FLOWLATCH_TRUSTED_PROXIES: "1",
    FLOWLATCH_DRAIN_SECONDS: "20",
  };
  const [first, second, third] = [
    await TreeServer.start(tree, environment),
    await TreeServer.start(tree, environment),
    await TreeServer.start(tree, environment),
  ];
  const instances = [first, second, third];
  const nginx = await startNginx([first.port, second.port, third.port]);
  await db.pool.query(
    "INSERT INTO workspace (id, name, slug, created_at) VALUES (gen_random_uuid(), 'Faults', 'faults', now())",
  );
  const { id } = await db.prisma.workspace.findFirstOrThrow({ where: { slug: "faults" }, select: { id: true } });
  return {
    url: nginx.url,
    instances,
    postgres,
    db,
    ctx: await systemContext(db, id),
    async stop() {
      await nginx.stop();
      await Promise.all(instances.map((instance) => instance.kill()));
      await closeDatabase(db);
      await pgBouncer.stop();
      await postgres.stop();
      tree.remove();
    },
  };
}

/** New connections of the instances are refused, or may not write; what there are of them end. */
export async function restrictApp(db: Database, setting: string): Promise<void> {
  await db.pool.query(`ALTER ROLE ${role} ${setting}`);
  await db.pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [role]);
}

export interface Call {
  sentAt: number;
  answeredAt: number;
  /** 0 where the connection broke. */
  status: number;
  /** The prediction's id, of an answer. */
  id: string | null;
}

/** Sends one call. */
export async function callOnce(url: string, chatflowId: string, token: string): Promise<Call> {
  const sentAt = performance.now();
  const response = await fetch(`${url}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ question: openingQuestion }),
    signal: AbortSignal.timeout(60_000),
  }).catch(() => null);
  const text = (await response?.text().catch(() => null)) ?? null;
  const answeredAt = performance.now();
  if (response === null || text === null) return { sentAt, answeredAt, status: 0, id: null };
  const id = response.status === 200 ? (JSON.parse(text) as { chatMessageId: string }).chatMessageId : null;
  return { sentAt, answeredAt, status: response.status, id };
}

/** Callers who go on asking whatever they are answered, each as soon as it was, until told to stop. */
export class Callers {
  readonly calls: Call[] = [];
  private isOver = false;
  private readonly running: Promise<void>[];

  constructor(count: number, call: () => Promise<Call>) {
    this.running = Array.from({ length: count }, async () => {
      while (!this.isOver) this.calls.push(await call());
    });
  }

  statuses(): number[] {
    return [...new Set(this.calls.map(({ status }) => status))].sort((a, b) => a - b);
  }

  async stop(): Promise<Call[]> {
    this.isOver = true;
    await Promise.all(this.running);
    return this.calls;
  }
}

/** A chatflow of the documents' kind with its key. */
export async function createGuarded({ ctx }: FaultStage, name: string) {
  const chatflowId = await createKnowledgeChatflow(ctx, name);
  const key = await createApiKey(ctx, { name, chatflowId });
  return { chatflowId, key };
}

/** Which of these predictions the database has. */
export async function recordedAmong(db: Database, ids: string[]): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM prediction WHERE id = ANY($1::uuid[])",
    [ids],
  );
  return rows[0]?.count ?? 0;
}
