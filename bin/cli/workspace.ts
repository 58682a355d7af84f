import type { Command } from "commander";
import { sayDays } from "@/lib/api-keys/times";
import type { Context } from "@/lib/context";
import { getMaxKeyLifetime, setMaxKeyLifetime } from "@/lib/workspaces/service";
import { type Answer, answering } from "./answer.ts";

async function maxKeyLifetime(ctx: Context, given: string): Promise<Answer> {
  // What is no number is refused by the use case, which says what may stand there.
  const days = given === "none" ? null : Number(given);
  if (given === "") return told(await getMaxKeyLifetime(ctx));
  return told((await setMaxKeyLifetime(ctx, { days })).days);
}

function told(days: number | null): Answer {
  const rule = days === null ? "for as long as one likes, or for ever" : `for at most ${sayDays(days)}`;
  return { json: { maxKeyLifetimeDays: days }, text: `New keys, and keys whose expiry is changed, may work ${rule}.` };
}

/** `flowlatch workspace …` */
export function addWorkspaceCommands(program: Command): void {
  const workspace = program.command("workspace").description("what holds for every key");
  workspace
    .command("max-key-lifetime [days]")
    .description("show how long keys may work, or set it: a number of days, or none for as long as one likes")
    .action(answering(async ({ context }, _, given) => maxKeyLifetime(await context(), given)));
}
