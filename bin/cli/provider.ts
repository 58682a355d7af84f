import { type Command, Option } from "commander";
import type { Context } from "@/lib/context";
import { baseUrlOf, type ProviderKind, providerKindDescriptions, providerKinds } from "@/lib/providers/kinds";
import { findProvider, listProviders } from "@/lib/providers/list";
import { renewCredentials } from "@/lib/providers/renew";
import type { ProviderSummary } from "@/lib/providers/schema";
import { createProvider, deleteProvider } from "@/lib/providers/service";
import { testConnection } from "@/lib/providers/test-connection";
import { type Answer, answering, table } from "./answer.ts";
import { readSecret } from "./read-secret.ts";

function listed(providers: ProviderSummary[]): Answer {
  const rows = providers.map((provider) => [
    provider.name,
    providerKindDescriptions[provider.kind].label,
    baseUrlOf(provider),
    provider.hasApiKey ? "set" : "none",
    String(provider.chatflowCount),
    provider.id,
  ]);
  const text = table(["NAME", "KIND", "ADDRESS", "API KEY", "CHATFLOWS", "ID"], rows);
  return { json: providers, text: providers.length > 0 ? text : "There are no providers." };
}

interface AddOptions {
  name: string;
  kind: ProviderKind;
  baseUrl?: string;
  apiKeyStdin?: boolean;
  skipTest?: boolean;
}

async function add(ctx: Context, { name, kind, baseUrl, apiKeyStdin, skipTest }: AddOptions): Promise<Answer> {
  const apiKey = apiKeyStdin ? await readSecret() : "";
  const { id, name: saved, report } = await createProvider(ctx, { name, kind, baseUrl, apiKey, skipTest });
  const { models = null, flows = null } = report ?? {};
  return {
    json: { id, name: saved, kind, tested: report !== null, models, flows },
    text: `“${saved}” is saved. ${report?.message ?? "Its connection was not tested."}\n${id}`,
  };
}

async function test(ctx: Context, given: string): Promise<Answer> {
  const { id, name, kind, baseUrl } = await findProvider(ctx, given);
  const { models, flows, message } = await testConnection(ctx, { id, kind, baseUrl });
  const offered = flows
    ? [
        table(
          ["FLOW", "ID"],
          flows.map((flow) => [flow.name, flow.id]),
        ),
      ]
    : (models ?? []);
  return { json: { id, name, models, flows, message }, text: [message, ...offered].join("\n") };
}

async function rotate(ctx: Context): Promise<Answer> {
  const { renewed, unreadable } = await renewCredentials(ctx);
  const done = `${renewed} ${renewed === 1 ? "credential is" : "credentials are"} encrypted with the newest key now.`;
  const lost = unreadable.map((name) => `“${name}” does not decrypt with any configured key: enter its API key again.`);
  return { json: { renewed, unreadable }, text: [done, ...lost].join("\n") };
}

/** `flowlatch provider …` */
export function addProviderCommands(program: Command): void {
  const provider = program
    .command("provider")
    .description("where language models and Flowise flows are called, and with which credential");
  provider
    .command("list")
    .description("list the providers, by name")
    .action(answering(async ({ context }) => listed(await listProviders(await context()))));
  provider
    .command("add")
    .description("test a provider's connection and save it")
    .requiredOption("--name <name>", "its name")
    .addOption(new Option("--kind <kind>", "which API it speaks").choices(providerKinds).makeOptionMandatory())
    .option("--base-url <url>", "its address, such as http://localhost:11434/v1 (the vendor's own unless given)")
    .option("--api-key-stdin", "read the API key from standard input")
    .option("--skip-test", "save it untested")
    .action(answering<AddOptions>(async ({ context }, options) => add(await context(), options)));
  provider
    .command("test <provider>")
    .description("call a provider (id or name) and list its models or flows")
    .action(answering(async ({ context }, _, given) => test(await context(), given)));
  provider
    .command("delete <provider>")
    .description("delete a provider (id or name) that no chatflow uses, and its credential")
    .action(
      answering(async ({ context }, _, given) => {
        const ctx = await context();
        const deleted = await deleteProvider(ctx, { id: (await findProvider(ctx, given)).id });
        return { json: deleted, text: `“${deleted.name}” is deleted.` };
      }),
    );
  provider
    .command("rotate")
    .description("encrypt every credential with the newest FLOWLATCH_ENCRYPTION_KEY, so that older ones may go")
    .action(answering(async ({ context }) => rotate(await context())));
}
