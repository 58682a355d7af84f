import type { Command } from "commander";
import { exportActivity } from "@/lib/activity/export";
import { activityExport } from "@/lib/activity/formats";
import { listActivity } from "@/lib/activity/list";
import type { ActivityEvent, ListActivityInput } from "@/lib/activity/schema";
import { sayAction, sayActor } from "@/lib/activity/wording";
import { findApiKey } from "@/lib/api-keys/find";
import { timeSchema } from "@/lib/api-keys/times";
import { findChatflow } from "@/lib/chatflows/find";
import type { Context } from "@/lib/context";
import { type ExportFormat, exportFormats, writeExport } from "@/lib/export/formats";
import { listRefusedCalls } from "@/lib/refused-calls/list";
import type { RefusedCallEntry } from "@/lib/refused-calls/schema";
import { sayRefusal } from "@/lib/refused-calls/wording";
import { StopError } from "../stop-error.ts";
import { type Answer, answering, table } from "./answer.ts";
import { withCommandContext } from "./command-context.ts";

interface FilterOptions {
  key?: string;
  chatflow?: string;
  since?: string;
  until?: string;
  search?: string;
}

/**
 * A day as it is given, of which `--until` means the whole, or a moment as the filters have it.
 * @throws StopError: the pages drop what is no date, a script should be told
 */
function givenMoment(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const time = timeSchema.safeParse(given);
  if (time.success) return given.includes("T") ? time.data.toISOString() : given;
  throw new StopError(`“${given}” is not a date. Write it like 2027-01-31 or, with its zone, 2027-01-31T18:00Z.`);
}

/** What the options leave, as the pages' filters have it. */
async function filterOf(
  ctx: Context,
  { key, chatflow, since, until, search }: FilterOptions,
): Promise<ListActivityInput> {
  const target = key ? await findApiKey(ctx, key) : chatflow ? await findChatflow(ctx, chatflow) : null;
  return { targetId: target?.id, from: givenMoment(since), to: givenMoment(until), search };
}

function withFilters(command: Command): Command {
  return command
    .option("--key <key>", "changes of this key alone (id or name)")
    .option("--chatflow <chatflow>", "changes of this chatflow alone (id or name)")
    .option("--since <date>", "from this day or moment on (UTC)")
    .option("--until <date>", "up to this day or moment (UTC)")
    .option("--search <text>", "part of a name, an id or a request id");
}

const minute = (at: Date) => at.toISOString().slice(0, 16).replace("T", " ");

function told(events: ActivityEvent[]): Answer {
  const rows = events.map((event) => [
    minute(event.at),
    sayActor(event.actor),
    sayAction(event.action),
    event.target.name,
    event.address ?? "-",
    event.requestId,
  ]);
  const text = table(["TIME (UTC)", "BY", "CHANGE", "OF", "FROM", "REQUEST ID"], rows);
  return { json: events, text: events.length > 0 ? text : "No change matches." };
}

function toldRefused(calls: RefusedCallEntry[]): Answer {
  const rows = calls.map((call) => [
    minute(call.at),
    sayRefusal(call.reason).what,
    call.apiKey?.name ?? "-",
    call.lastFour ? `…${call.lastFour}` : "-",
    call.chatflow?.name ?? "-",
    call.address ?? "-",
    call.requestId,
  ]);
  const text = table(["TIME (UTC)", "REASON", "KEY", "TOKEN", "CHATFLOW", "FROM", "REQUEST ID"], rows);
  const [only] = calls;
  const advice = only && calls.length === 1 ? `\n\n${sayRefusal(only.reason).advice}` : "";
  return { json: calls, text: calls.length > 0 ? text + advice : "No refused call matches." };
}

/** Writes as it reads: an export may be larger than memory. */
async function exportTo(output: NodeJS.WritableStream, format: string, options: FilterOptions): Promise<void> {
  if (!Object.hasOwn(exportFormats, format)) throw new StopError(`“${format}” is no format. Give csv or jsonl.`);
  await withCommandContext(async ({ context }) => {
    const ctx = await context();
    const events = exportActivity(ctx, await filterOf(ctx, options));
    for await (const part of writeExport(format as ExportFormat, activityExport, events)) {
      if (!output.write(part)) await new Promise((resolve) => output.once("drain", resolve));
    }
  });
}

/** `flowlatch activity …` */
export function addActivityCommands(program: Command): void {
  const activity = program.command("activity").description("see what was changed, and which calls were refused");
  withFilters(activity.command("list"))
    .description("list the newest changes, fifty at most")
    .action(
      answering<FilterOptions>(async ({ context }, options) => {
        const ctx = await context();
        return told((await listActivity(ctx, await filterOf(ctx, options))).items);
      }),
    );
  activity
    .command("refused")
    .description("list the newest refused calls, fifty at most, with the reason")
    .option("--request-id <id>", "the one call whose answer had this X-Request-Id")
    .option("--key <key>", "calls with this key alone (id or name)")
    .action(
      answering<{ requestId?: string; key?: string }>(async ({ context }, { requestId, key }) => {
        const ctx = await context();
        const apiKeyId = key === undefined ? undefined : (await findApiKey(ctx, key)).id;
        return toldRefused((await listRefusedCalls(ctx, { search: requestId, apiKeyId })).items);
      }),
    );
  withFilters(activity.command("export"))
    .description("write all changes to standard output")
    .requiredOption("--format <format>", "csv or jsonl")
    .action(async (_: unknown, command: Command) => {
      const { format, ...options } = command.opts<FilterOptions & { format: string }>();
      await exportTo(process.stdout, format, options);
    });
}
