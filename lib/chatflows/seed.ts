import "server-only";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { authorize } from "@/lib/auth/roles";
import { insertDocuments } from "@/lib/chatflows/documents";
import { createChatflowSchema } from "@/lib/chatflows/schema";
import { insertChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { prepareTexts } from "@/lib/documents/prepare";
import { log } from "@/lib/log";
import { parseInput } from "@/lib/parse-input";

export const guideChatflowName = "Flowlatch guide";

/** Where the guide lies on a deployed server too: next.config.js has it traced into the output. */
function guideDirectory(): string {
  return path.join(process.cwd(), "docs", "guide");
}

async function readGuide(): Promise<{ name: string; text: string }[]> {
  const directory = guideDirectory();
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    // A server without the guide is a server all the same.
    if (error.code !== "ENOENT") throw error;
    log().warn({ directory }, "the guide is not there, so no chatflow is made from it");
    return [];
  });
  const names = entries.filter((name) => name.endsWith(".md")).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(path.join(directory, name), "utf8") })),
  );
}

/**
 * Makes a closed chatflow over this project's own guide, so that a fresh deployment has something
 * that answers; null where there is no guide. With `tx` it is part of that transaction, which then needs a time-out of some
 * seconds on an embedded database; else it has its own.
 * @throws AppError `forbidden`; a unique violation when the workspace has a chatflow of that name already
 */
export async function seedGuideChatflow(ctx: Context, tx?: Transaction): Promise<{ id: string; name: string } | null> {
  authorize(ctx.actor, "chatflows:write");
  const documents = prepareTexts(await readGuide());
  if (documents.length === 0) return null;
  const data = parseInput(createChatflowSchema, { name: guideChatflowName, engine: { kind: "knowledge" } });
  const seed = async (transaction: Transaction) => {
    const chatflow = await insertChatflow(transaction, ctx, data);
    await insertDocuments(transaction, ctx, chatflow, documents);
    return chatflow;
  };
  return tx ? await seed(tx) : await ctx.db.prisma.$transaction(seed, { timeout: 30_000 });
}
