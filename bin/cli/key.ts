import { type Command, Option } from "commander";
import { deleteApiKeys } from "@/lib/api-keys/bulk";
import { findApiKey } from "@/lib/api-keys/find";
import { type ApiKeyPage, listApiKeys } from "@/lib/api-keys/list";
import { type ApiKeySummary, type Attention, attentions, maskToken } from "@/lib/api-keys/schema";
import { createApiKey, deleteApiKey, renameApiKey } from "@/lib/api-keys/service";
import { findChatflow } from "@/lib/chatflows/find";
import type { Context } from "@/lib/context";
import { type Answer, answering, table } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";
import { type FoundKey, findApiKeys, issued, sayKeys } from "./found-keys.ts";
import { collect, givenLimits, givenTime, type LimitOptions, withLimitOptions } from "./given-values.ts";
import { addKeyLifeCommands } from "./key-life.ts";
import { addKeyShowCommand } from "./key-show.ts";
import { type ShareOptions, sharedOnce } from "./share-once.ts";

interface ListOptions {
  search: string;
  attention?: Attention;
}

async function allKeys(ctx: Context, options: ListOptions): Promise<ApiKeySummary[]> {
  const keys: ApiKeySummary[] = [];
  let after: string | undefined;
  do {
    const page: ApiKeyPage = await listApiKeys(ctx, { ...options, ...(after && { after }) });
    keys.push(...page.items);
    after = page.next ?? undefined;
  } while (after);
  return keys;
}

function listed(keys: ApiKeySummary[]): Answer {
  const rows = keys.map((key) => [
    key.name,
    maskToken(key.lastFour, key.tokenSource),
    String(key.chatflowCount),
    key.createdAt.toISOString().slice(0, 10),
    key.lastUsedAt?.toISOString().slice(0, 16).replace("T", " ") ?? "never",
    key.id,
  ]);
  const text = table(["NAME", "TOKEN", "CHATFLOWS", "CREATED", "LAST USED (UTC)", "ID"], rows);
  return { json: keys, text: keys.length > 0 ? text : "There are no keys." };
}

interface CreateOptions extends LimitOptions, ShareOptions {
  name: string;
  chatflow?: string;
  expires: string;
  allow: string[];
}

async function create({ context, address }: CommandContext, options: CreateOptions): Promise<Answer> {
  const { name, chatflow, expires, allow, shareOnce, ...limits } = options;
  const ctx = await context();
  const given = {
    expiresAt: givenTime(expires, "never", ctx.now),
    limits: givenLimits(limits),
    allowedAddresses: allow,
  };
  const chatflowId = chatflow === undefined ? undefined : (await findChatflow(ctx, chatflow)).id;
  const key = await createApiKey(ctx, { name, chatflowId, ...given });
  return shareOnce ? await sharedOnce(ctx, key, address) : issued(key);
}

/** The keys that go, as the one or the many that were named. */
async function deleteFound(ctx: Context, keys: FoundKey[]) {
  const [only] = keys;
  if (only && keys.length === 1) return await deleteApiKey(ctx, { id: only.id, confirmName: only.name });
  return await deleteApiKeys(ctx, { ids: keys.map(({ id }) => id), confirmCount: keys.length });
}

/** `flowlatch key …` */
export function addKeyCommands(program: Command): void {
  const key = program.command("key").description("issue and manage API keys");
  key
    .command("list")
    .description("list the keys, newest first")
    .option("--search <text>", "only those whose name holds this, or whose token ends in it", "")
    .addOption(new Option("--attention <reason>", "only those that need attention for this reason").choices(attentions))
    .action(answering<ListOptions>(async ({ context }, options) => listed(await allKeys(await context(), options))));
  addKeyShowCommand(key);
  withLimitOptions(key.command("create"))
    .description("make a key and show its token, once")
    .requiredOption("--name <name>", "its name")
    .option("--chatflow <chatflow>", "also assign it to this chatflow (id or name)")
    .option("--expires <when>", "when it stops working: never, 30d, 12h, 2027-01-31 or 2027-01-31T18:00Z", "never")
    .option("--allow <network>", "where it may be used from, such as 203.0.113.0/24; repeatable", collect, [])
    .option("--share-once", "print a link that shows the token one time, instead of the token")
    .action(answering<CreateOptions>(create));
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
    .command("delete <key...>")
    .description("delete keys (id or name); chatflows assigned to them close")
    .action(
      answering(async ({ context }, _, ...given) => {
        const ctx = await context();
        const keys = await findApiKeys(ctx, given.flat());
        const deleted = await deleteFound(ctx, keys);
        const closed = deleted.closedChatflows.map((chatflow) => `“${chatflow.name}”`).join(", ");
        return { json: deleted, text: `${sayKeys(keys, "is", "are")} deleted.${closed && ` Closed: ${closed}.`}` };
      }),
    );
  addKeyLifeCommands(key);
}
