import path from "node:path";
import type { Command } from "commander";
import { findApiKey } from "@/lib/api-keys/find";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { addPreparedDocuments } from "@/lib/chatflows/documents";
import { findChatflow } from "@/lib/chatflows/find";
import { addFurtherKey, removeFurtherKey } from "@/lib/chatflows/further-keys";
import { type ChatflowPage, listChatflows } from "@/lib/chatflows/read";
import type { AccessInput, ChatflowSummary } from "@/lib/chatflows/schema";
import { createChatflow } from "@/lib/chatflows/service";
import type { Context } from "@/lib/context";
import { documentKinds } from "@/lib/documents/formats";
import { type PreparedDocument, prepareFiles } from "@/lib/documents/prepare";
import { type Answer, answering, table } from "./answer.ts";
import { type EngineOptions, engineFrom, withEngineOptions } from "./engine-options.ts";
import { readGivenFile } from "./given-file.ts";

async function allChatflows(ctx: Context): Promise<ChatflowSummary[]> {
  const chatflows: ChatflowSummary[] = [];
  let after: string | undefined;
  do {
    const page: ChatflowPage = await listChatflows(ctx, after ? { after } : {});
    chatflows.push(...page.items);
    after = page.next ?? undefined;
  } while (after);
  return chatflows;
}

function listed(chatflows: ChatflowSummary[]): Answer {
  const rows = chatflows.map(({ id, name, access, apiKey, furtherKeys, engineKind }) => {
    const keys = [...(apiKey ? [apiKey] : []), ...furtherKeys].map((key) => `“${key.name}”`);
    return [name, keys.length > 0 ? `key ${keys.join(", ")}` : access, engineKind, id];
  });
  const text = table(["NAME", "ACCESS", "ENGINE", "ID"], rows);
  return { json: chatflows, text: chatflows.length > 0 ? text : "There are no chatflows." };
}

/** Read before anything is created: a misspelt path leaves no half-made chatflow. */
async function readDocuments(files: string[]): Promise<PreparedDocument[]> {
  const read = await Promise.all(
    files.map(async (file) => {
      const name = path.basename(file);
      return { name, bytes: await readGivenFile("document", file) };
    }),
  );
  return await prepareFiles(read);
}

interface CreateOptions extends EngineOptions {
  name: string;
  document: string[];
}

async function create(ctx: Context, { name, document, ...options }: CreateOptions): Promise<Answer> {
  const documents = await readDocuments(document);
  const chatflow = await createChatflow(ctx, { name, engine: await engineFrom(ctx, options) });
  if (documents.length > 0) await addPreparedDocuments(ctx, chatflow.id, documents);
  return {
    json: { id: chatflow.id, name: chatflow.name },
    text: `“${chatflow.name}” is made, with ${documents.length} documents. It is closed until a key is assigned.\n${chatflow.id}`,
  };
}

async function setAccess(ctx: Context, given: string, access: AccessInput, sentence: string): Promise<Answer> {
  const { id, name } = await findChatflow(ctx, given);
  const result = await setChatflowAccess(ctx, { id, access });
  return { json: { ...result, name }, text: `“${name}” ${sentence}` };
}

async function changeFurtherKey(
  ctx: Context,
  given: string,
  givenKey: string,
  change: typeof addFurtherKey | typeof removeFurtherKey,
  sentence: string,
): Promise<Answer> {
  const { id, name } = await findChatflow(ctx, given);
  const key = await findApiKey(ctx, givenKey);
  const result = await change(ctx, { id, apiKeyId: key.id });
  const isClosed = "isClosed" in result && result.isClosed;
  return { json: { ...result, name }, text: `“${name}” ${sentence} “${key.name}”.${isClosed ? " It is closed." : ""}` };
}

/** `flowlatch chatflow …` */
export function addChatflowCommands(program: Command): void {
  const chatflow = program.command("chatflow").description("make chatflows and decide who may call them");
  chatflow
    .command("list")
    .description("list the chatflows, newest first")
    .action(answering(async ({ context }) => listed(await allChatflows(await context()))));
  withEngineOptions(
    chatflow
      .command("create")
      .description("make a chatflow; it is closed until it is assigned a key or made public")
      .requiredOption("--name <name>", "its name"),
  )
    .option("--document <file...>", `files to answer from (${documentKinds}); may be given several times`, [])
    .action(answering<CreateOptions>(async ({ context }, options) => create(await context(), options)));
  chatflow
    .command("assign <chatflow>")
    .description("let the holder of one key call a chatflow")
    .requiredOption("--key <key>", "the key (id or name)")
    .action(
      answering<{ key: string }>(async ({ context }, options, given) => {
        const ctx = await context();
        const key = await findApiKey(ctx, options.key);
        return setAccess(ctx, given, { kind: "key", apiKeyId: key.id }, `now needs the key “${key.name}”.`);
      }),
    );
  chatflow
    .command("add-key <chatflow>")
    .description("let the holder of one more key call a chatflow, beside those that may")
    .requiredOption("--key <key>", "the key (id or name)")
    .action(
      answering<{ key: string }>(async ({ context }, options, given) =>
        changeFurtherKey(await context(), given, options.key, addFurtherKey, "now also accepts"),
      ),
    );
  chatflow
    .command("remove-key <chatflow>")
    .description("take a further key away from a chatflow; with its last key it closes")
    .requiredOption("--key <key>", "the key (id or name)")
    .action(
      answering<{ key: string }>(async ({ context }, options, given) =>
        changeFurtherKey(await context(), given, options.key, removeFurtherKey, "no longer accepts"),
      ),
    );
  chatflow
    .command("public <chatflow>")
    .description("let anybody call a chatflow, without a key")
    .action(
      answering(async ({ context }, _, given) =>
        setAccess(await context(), given, { kind: "public" }, "is public: anybody may call it."),
      ),
    );
  chatflow
    .command("close <chatflow>")
    .description("let nobody call a chatflow")
    .action(
      answering(async ({ context }, _, given) => setAccess(await context(), given, { kind: "closed" }, "is closed.")),
    );
}
