import { type Command, Option } from "commander";
import { maskToken } from "@/lib/api-keys/schema";
import type { Context } from "@/lib/context";
import { type FlowiseData, notFlowiseFile, readFlowiseFiles } from "@/lib/import/flowise-data";
import type { ImportReport, ImportSource, Outcome, ReportedChatflow } from "@/lib/import/schema";
import { planImport, runImport } from "@/lib/import/service";
import { findProvider } from "@/lib/providers/list";
import { StopError } from "../stop-error.ts";
import { type Answer, answering, table } from "./answer.ts";
import { readGivenFile } from "./given-file.ts";
import { readSecret } from "./read-secret.ts";

interface ImportOptions {
  url?: string;
  keyStdin?: true;
  file?: string[];
  provider?: string;
  public?: string[];
  dryRun?: true;
}

/** What is said of an outcome, before and after. */
const outcomeWords: Record<Outcome, [plan: string, report: string]> = {
  made: ["new", "imported"],
  here: ["here already", "here already"],
  "left-out": ["left out", "left out"],
};

function sayAccess({ access }: ReportedChatflow): string {
  if (access === null) return "-";
  return access.kind === "key" ? `key “${access.keyName}”` : access.kind;
}

function told(report: ImportReport): Answer {
  const { isDone, provider, keys, chatflows, unread } = report;
  const say = (outcome: Outcome) => outcomeWords[outcome][isDone ? 1 : 0];
  const keyRows = keys.map(({ name, lastFour, outcome, notes }) => [
    ...[name, lastFour ? maskToken(lastFour, "flowise") : "-", say(outcome), notes.join(" ")],
  ]);
  const chatflowRows = chatflows.map((chatflow) => [
    ...[
      chatflow.name,
      sayAccess(chatflow),
      say(chatflow.outcome),
      [chatflow.accessNote, ...chatflow.notes].filter(Boolean).join(" "),
    ],
  ]);
  const server = provider && `Flowise server: ${provider.name}${provider.isNew ? " (new)" : ""}`;
  const parts = [
    isDone ? "Imported from Flowise." : "Nothing was changed. An import would do this:",
    server,
    keys.length > 0 ? table(["KEY", "TOKEN", "", ""], keyRows) : "There are no keys.",
    chatflows.length > 0 ? table(["CHATFLOW", "ACCESS", "", ""], chatflowRows) : "There are no chatflows.",
    unread > 0 && `${unread} ${unread === 1 ? "entry is" : "entries are"} neither a key nor a chatflow.`,
  ];
  return { json: report, text: parts.filter(Boolean).join("\n\n") };
}

async function readFiles(files: string[]): Promise<FlowiseData> {
  const texts: string[] = [];
  for (const file of files) texts.push((await readGivenFile("file", file)).toString("utf8"));
  try {
    const data = readFlowiseFiles(texts);
    if (data) return data;
  } catch {
    throw new StopError(`${files.length === 1 ? "The file is" : "One of the files is"} no JSON.`);
  }
  throw new StopError(notFlowiseFile);
}

async function sourceOf(ctx: Context, { url, keyStdin, file, provider }: ImportOptions): Promise<ImportSource> {
  if (url !== undefined && file) throw new StopError("Give a server’s --url or a --file, not both.");
  if (url !== undefined) {
    if (!keyStdin) throw new StopError("Send one of Flowise’s API keys on standard input, with --key-stdin.");
    return { kind: "server", baseUrl: url, apiKey: await readSecret() };
  }
  if (!file) throw new StopError("Give the address of a Flowise server with --url, or a file of its with --file.");
  const providerId = provider === undefined ? null : (await findProvider(ctx, provider)).id;
  return { kind: "file", data: await readFiles(file), providerId };
}

async function importFlowise(ctx: Context, options: ImportOptions): Promise<Answer> {
  const source = await sourceOf(ctx, options);
  if (options.dryRun) return told(await planImport(ctx, { source }));
  return told(await runImport(ctx, { source, choices: { publicChatflows: options.public ?? [] } }));
}

const collect = (value: string, before: string[] = []) => [...before, value];

/** `flowlatch import …` */
export function addImportCommands(program: Command): void {
  program
    .command("import")
    .description("move in from another system; its tokens go on working")
    .command("flowise")
    .description("import the API keys and chatflows of a Flowise server, or of files from one")
    .option("--url <url>", "the server's address, such as http://localhost:3000")
    .option("--key-stdin", "read one of its API keys from standard input")
    .addOption(
      new Option("--file <path>", "a JSON file of its keys or chatflows; may be given again").argParser(collect),
    )
    .option("--provider <provider>", "with --file: the connected Flowise server that the chatflows run on (id or name)")
    .addOption(
      new Option("--public <id>", "let anybody call the chatflow with this Flowise id; may be given again").argParser(
        collect,
      ),
    )
    .option("--dry-run", "say what would happen, and change nothing")
    .action(answering<ImportOptions>(async ({ context }, options) => importFlowise(await context(), options)));
}
