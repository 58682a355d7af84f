import type { Command } from "commander";
import { findApiKey } from "@/lib/api-keys/find";
import { type ApiKeyPage, listApiKeys } from "@/lib/api-keys/list";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { type ApiKeySummary, type IssuedApiKey, maskToken } from "@/lib/api-keys/schema";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import { findChatflow } from "@/lib/chatflows/find";
import type { Context } from "@/lib/context";
import { type Answer, answering, table } from "./answer.ts";

async function allKeys(ctx: Context, search: string): Promise<ApiKeySummary[]> {
  const keys: ApiKeySummary[] = [];
  let after: string | undefined;
  do {
    const page: ApiKeyPage = await listApiKeys(ctx, { search, ...(after && { after }) });
    keys.push(...page.items);
    after = page.next ?? undefined;
  } while (after);
  return keys;
}

function listed(keys: ApiKeySummary[]): Answer {
  const rows = keys.map((key) => [
    key.name,
    maskToken(key.lastFour),
    String(key.chatflowCount),
    key.createdAt.toISOString().slice(0, 10),
    key.lastUsedAt?.toISOString().slice(0, 16).replace("T", " ") ?? "never",
    key.id,
  ]);
  const text = table(["NAME", "TOKEN", "CHATFLOWS", "CREATED", "LAST USED (UTC)", "ID"], rows);
  return { json: keys, text: keys.length > 0 ? text : "There are no keys." };
}

function issued({ id, name, token }: IssuedApiKey): Answer {
  return { json: { id, name, token }, text: `${token}\n\nThis is the token of “${name}”. It is not shown again.` };
}

/** `flowlatch key …` */
export function addKeyCommands(program: Command): void {
  const key = program.command("key").description("issue and manage API keys");
  key
    .command("list")
    .description("list the keys, newest first")
    .option("--search <text>", "only those whose name holds this, or whose token ends in it", "")
    .action(
      answering<{ search: string }>(async ({ context }, { search }) => listed(await allKeys(await context(), search))),
    );
  key
    .command("create")
    .description("make a key and show its token, once")
    .requiredOption("--name <name>", "its name")
    .option("--chatflow <chatflow>", "also assign it to this chatflow (id or name)")
    .action(
      answering<{ name: string; chatflow?: string }>(async ({ context }, { name, chatflow }) => {
        const ctx = await context();
        const chatflowId = chatflow === undefined ? undefined : (await findChatflow(ctx, chatflow)).id;
        return issued(await createApiKey(ctx, { name, chatflowId }));
      }),
    );
  key
    .command("rename <key>")
    .description("give a key (id or name) another name")
    .requiredOption("--name <name>", "its new name")
    .action(
      answering<{ name: string }>(async ({ context }, { name }, given) => {
        const ctx = await context();
        const found = await findApiKey(ctx, given);
        const renamed = await renameApiKey(ctx, { id: found.id, name });
        return { json: renamed, text: `“${found.name}” is now “${renamed.name}”.` };
      }),
    );
  key
    .command("regenerate <key>")
    .description("give a key (id or name) a new token and show it, once; the old one stops at once")
    .action(
      answering(async ({ context }, _, given) => {
        const ctx = await context();
        return issued(await regenerateApiKey(ctx, { id: (await findApiKey(ctx, given)).id }));
      }),
    );
  key
    .command("delete <key>")
    .description("delete a key (id or name); chatflows assigned to it close")
    .action(
      answering(async ({ context }, _, given) => {
        const ctx = await context();
        const { id, name } = await findApiKey(ctx, given);
        const deleted = await deleteApiKey(ctx, { id, confirmName: name });
        const closed = deleted.closedChatflows.map((chatflow) => `“${chatflow.name}”`).join(", ");
        return { json: deleted, text: `“${name}” is deleted.${closed && ` Closed: ${closed}.`}` };
      }),
    );
}
