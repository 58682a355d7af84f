import type { Command } from "commander";
import { findChatflow } from "@/lib/chatflows/find";
import { forgetSessionId } from "@/lib/sessions/forget";
import { pruneSessions } from "@/lib/sessions/retention";
import { answering } from "./answer.ts";

/** `flowlatch session …` */
export function addSessionCommands(program: Command): void {
  const session = program.command("session").description("delete conversations");
  session
    .command("prune")
    .description("delete what chatflows no longer keep; a running server does it once a day")
    .action(
      answering(async ({ context }) => {
        const { deleted } = await pruneSessions(await context());
        return { json: { deleted }, text: `${deleted} expired turns were deleted.` };
      }),
    );
  session
    .command("forget <session-id>")
    .description("delete every conversation of a session id, under whatever key")
    .option("--chatflow <chatflow>", "in this chatflow alone (id or name)")
    .action(
      answering<{ chatflow?: string }>(async ({ context }, options, sessionId) => {
        const ctx = await context();
        const chatflowId = options.chatflow === undefined ? null : (await findChatflow(ctx, options.chatflow)).id;
        const result = await forgetSessionId(ctx, { chatflowId, sessionId });
        return { json: result, text: `${result.sessions} sessions with ${result.turns} turns were deleted.` };
      }),
    );
}
