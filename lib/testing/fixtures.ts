import type { Role } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Database } from "@/lib/db/client";
import { newId } from "@/lib/ids";

/** A new workspace. The first of a database is the deployment's own, with the slug "default". */
export async function createWorkspace(db: Database): Promise<string> {
  const id = newId();
  const isFirst = (await db.prisma.workspace.count()) === 0;
  const slug = isFirst ? "default" : `workspace-${id}`;
  await db.prisma.workspace.create({ data: { id, slug, name: "Testing" }, select: { id: true } });
  return id;
}

/** A context as the command line has it. Without a workspace, in a new one. */
export async function systemContext(db: Database, workspaceId?: string): Promise<Context> {
  return {
    db,
    actor: { kind: "system", workspaceId: workspaceId ?? (await createWorkspace(db)), name: "Command line" },
    now: new Date(),
    requestId: newId(),
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
