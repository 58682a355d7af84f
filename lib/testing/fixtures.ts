import { createApiKey } from "@/lib/api-keys/service";
import type { Role } from "@/lib/auth/roles";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { addDocuments } from "@/lib/chatflows/documents";
import { createChatflow } from "@/lib/chatflows/service";
import { type Context, commandLineName } from "@/lib/context";
import type { Database } from "@/lib/db/client";
import { newId } from "@/lib/ids";

/** A new workspace. The first of a database is the deployment's own, with the slug "default". */
export async function createWorkspace(db: Database): Promise<string> {
  const id = newId();
  const create = (slug: string) =>
    db.prisma.workspace.createMany({ data: { id, slug, name: "Testing" }, skipDuplicates: true });
  // Of several that are made at once, one is the first.
  const isFirst = (await db.prisma.workspace.count()) === 0 && (await create("default")).count === 1;
  if (!isFirst) await create(`workspace-${id}`);
  return id;
}

/** A context as the command line has it. Without a workspace, in a new one. */
export async function systemContext(db: Database, workspaceId?: string): Promise<Context> {
  return {
    db,
    actor: { kind: "system", workspaceId: workspaceId ?? (await createWorkspace(db)), name: commandLineName },
    now: new Date(),
    requestId: newId(),
    address: null,
  };
}

/** A context as a signed-in operator of this role has it. Without a workspace, in a new one. */
export async function operatorContext(db: Database, role: Role = "owner", workspaceId?: string): Promise<Context> {
  const workspace = workspaceId ?? (await createWorkspace(db));
  const userId = newId();
  const name = `Olga the ${role}`;
  await db.prisma.user.create({
    data: {
      id: userId,
      email: `${userId}@example.com`,
      name,
      // No password has this hash: these operators never sign in.
      passwordHash: "not a hash",
      memberships: { create: { workspaceId: workspace, role } },
    },
    select: { id: true },
  });
  return {
    ...(await systemContext(db, workspace)),
    actor: { kind: "operator", workspaceId: workspace, userId, name, role },
  };
}

const parts = ["brakes", "saddles"];

/**
 * What the knowledge chatflow of the tests knows. With these four passages, a follow-up of which they
 * have one word and lack one (`openingFollowUp`) is well below what the engine answers by itself, and
 * well above what it asks of a follow-up.
 */
export const handbook = `# Handbook

## Opening hours

The workshop opens at nine and closes at five on weekdays.

## Returns

A returned bicycle is refunded within fourteen days.

${parts.map((part) => `## About ${part}\n\nWe repair ${part} and keep spare ${part} in stock.`).join("\n\n")}
`;

/** A closed chatflow that answers from the handbook. */
export async function createKnowledgeChatflow(ctx: Context, name = "Support", memoryTurns = 3): Promise<string> {
  const { id } = await createChatflow(ctx, { name, engine: { kind: "knowledge", memoryTurns } });
  await addDocuments(ctx, { chatflowId: id, documents: [{ name: "handbook.md", text: handbook }] });
  return id;
}

/** A knowledge chatflow that the returned key guards, in a workspace of its own. */
export async function createGuardedChatflow(db: Database) {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  const key = await createApiKey(ctx, { name: "Website", chatflowId });
  return { ctx, chatflowId, key };
}

/** A knowledge chatflow that anybody may call, in a workspace of its own. */
export async function createPublicChatflow(db: Database) {
  const ctx = await operatorContext(db);
  const chatflowId = await createKnowledgeChatflow(ctx);
  await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "public" } });
  return { ctx, chatflowId };
}
