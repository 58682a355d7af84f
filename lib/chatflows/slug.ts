import "server-only";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { isUuid } from "@/lib/ids";

const slugMaxLength = 64;
/** What a slug can be; the number that makes it unique comes on top of its length. */
const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Whether a text may be a chatflow's slug; nothing else is worth asking the database about. */
export function isSlug(text: string): boolean {
  return text.length <= slugMaxLength + 16 && slugPattern.test(text);
}

/**
 * A name as it stands in an address: its ASCII letters and digits in lower case, accents taken off,
 * joined by "-"; "chatflow" where there are none. The migration that brought slugs does the same in SQL.
 */
export function slugOf(name: string): string {
  const words = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]+/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  const slug = words.replace(/^-+/, "").slice(0, slugMaxLength).replace(/-+$/, "") || "chatflow";
  // Whatever has the form of an id is looked up as one.
  return isUuid(slug) ? `chatflow-${slug}` : slug;
}

/**
 * The slug of a new chatflow: its name's, or the first of "-2", "-3" and so on that its workspace has
 * not given away. Until the transaction ends no other chatflow of the workspace gets one, so that two
 * of nearly one name cannot meet.
 */
export async function freeSlug(tx: Transaction, ctx: Context, name: string): Promise<string> {
  const { workspaceId } = ctx.actor;
  const slug = slugOf(name);
  await tx.$queryRaw`SELECT 1 FROM workspace WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  const rows = await tx.chatflow.findMany({
    where: { workspaceId, OR: [{ slug }, { slug: { startsWith: `${slug}-` } }] },
    select: { slug: true },
  });
  const taken = new Set(rows.map((row) => row.slug));
  let free = slug;
  for (let attempt = 2; taken.has(free); attempt++) free = `${slug}-${attempt}`;
  return free;
}
