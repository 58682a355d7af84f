import { defaultWorkspaceSlug, type SetupContext } from "@/lib/auth/users";
import { type Context, commandLineName } from "@/lib/context";
import { closeDatabase, openDatabase } from "@/lib/db/client";
import { pendingMigrations, prepareDatabase } from "@/lib/db/prepare";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { applySecrets, migrationUrl, openPostgres, readSettings, root } from "../deployment.ts";
import { StopError } from "../stop-error.ts";

/** What a command works with: the deployment's database, and itself as the actor. */
export interface CommandContext {
  setup: SetupContext;
  /** Where people open Flowlatch, without a trailing slash. */
  address: string;
  /**
   * The context for use cases.
   * @throws StopError while there is no account, and so no workspace to act in
   */
  context(): Promise<Context>;
}

/** What a command works with on a database that is open. */
export function commandContextOn(setup: SetupContext, address: string): CommandContext {
  const context = async (): Promise<Context> => {
    const workspace = await setup.db.prisma.workspace.findUnique({
      where: { slug: defaultWorkspaceSlug },
      select: { id: true },
    });
    if (!workspace) {
      throw new StopError(
        "There is no account yet. Create the first one with `npm run -s flowlatch -- user create --email <email> --name <name> --password-stdin`, or on the page that `npm start` prints.",
      );
    }
    return { ...setup, actor: { kind: "system", workspaceId: workspace.id, name: commandLineName } };
  };
  return { setup, address, context };
}

/** Migrations are the server's to apply, unless this command is the only one there is. */
async function refuseOutdated(setup: SetupContext): Promise<void> {
  if ((await pendingMigrations(root, setup.db.pool)).length === 0) return;
  throw new StopError(
    "The database is older than this version of Flowlatch. Start Flowlatch on it, or run `npm run -s flowlatch -- migrate`.",
  );
}

/** Opens the deployment's database, does the work and closes what was opened for it. */
export async function withCommandContext<Result>(work: (opened: CommandContext) => Promise<Result>): Promise<Result> {
  // Standard output belongs to the answer.
  process.env.FLOWLATCH_LOG_LEVEL = "silent";
  const settings = readSettings();
  applySecrets(settings, process.env.NODE_ENV === "development");
  const embedded = await openPostgres(settings, "command");
  try {
    const url = env().DATABASE_URL;
    if (embedded?.child) await prepareDatabase({ root, url, isShared: false });
    const db = openDatabase(url, 2);
    try {
      const setup: SetupContext = { db, now: new Date(), requestId: newId(), address: null };
      await refuseOutdated(setup);
      return await work(commandContextOn(setup, settings.address));
    } finally {
      await closeDatabase(db);
    }
  } finally {
    await embedded?.stop();
  }
}

/** Applies what the database lacks: for deployments where no `npm start` does it. With DATABASE_URL no secret is needed. */
export async function migrateDeployment(): Promise<string[]> {
  process.env.FLOWLATCH_LOG_LEVEL = "silent";
  const settings = readSettings();
  const url = migrationUrl(settings);
  if (url !== null) return (await prepareDatabase({ root, url, isShared: true })).applied;
  applySecrets(settings, true);
  const embedded = await openPostgres(settings, "command");
  try {
    return (await prepareDatabase({ root, url: env().DATABASE_URL, isShared: false })).applied;
  } finally {
    await embedded?.stop();
  }
}
