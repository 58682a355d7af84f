import "server-only";
import type { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { isUniqueViolation } from "@/lib/db/errors";
import { AppError } from "@/lib/errors";
import { carryOut } from "@/lib/import/carry-out";
import { makePlan, type Plan } from "@/lib/import/plan";
import { type ReadSource, readSource } from "@/lib/import/read-source";
import { type ImportReport, importChoicesSchema, planImportSchema, runImportSchema } from "@/lib/import/schema";
import { parseInput } from "@/lib/parse-input";

/** Two thousand keys and chatflows take some ten statements each. */
const transactionMs = 120_000;

function authorizeImport({ actor }: Context): void {
  authorize(actor, "keys:write");
  authorize(actor, "chatflows:write");
}

/** Built field by field: a plan holds tokens, and a report must not. */
function reportOf({ provider, keys, chatflows }: Plan, { data }: ReadSource, isDone: boolean): ImportReport {
  return {
    isDone,
    provider: provider && { name: provider.name, isNew: provider.id === null },
    keys: keys.map(({ sourceId, id, name, lastFour, outcome, notes }) => ({
      ...{ sourceId, id, name, lastFour, outcome, notes },
    })),
    chatflows: chatflows.map(({ sourceId, id, name, outcome, access, accessNote, notes }) => ({
      ...{ sourceId, id, name, outcome, access, accessNote, notes },
    })),
    unread: data.unread,
  };
}

/**
 * Reads a Flowise server, or what was exported from one, and says what importing it would do. Changes
 * nothing. Tokens are compared with the digests of those that are here, and forgotten.
 * @throws AppError `invalid_input`, `forbidden`, `upstream_failed` or `upstream_timeout`
 */
export async function planImport(ctx: Context, input: z.input<typeof planImportSchema>): Promise<ImportReport> {
  authorizeImport(ctx);
  const read = await readSource(ctx, parseInput(planImportSchema, input).source);
  const choices = importChoicesSchema.parse({});
  const plan = await ctx.db.prisma.$transaction((tx) => makePlan(tx, ctx, read, choices));
  return reportOf(plan, read, false);
}

/**
 * Imports keys, whose tokens go on working, and chatflows that the Flowise server goes on answering: all
 * of it, or nothing. Of a token its digest is stored. What was imported before is left as it is, so that
 * a second time changes nothing. What no key guards is closed unless the operator opened it.
 * @throws AppError as `planImport`, or `conflict` when something with one of the names was made meanwhile
 */
export async function runImport(ctx: Context, input: z.input<typeof runImportSchema>): Promise<ImportReport> {
  authorizeImport(ctx);
  const { source, choices } = parseInput(runImportSchema, input);
  const read = await readSource(ctx, source);
  return await ctx.db.prisma
    .$transaction(
      async (tx) => {
        // Of two imports at once the second sees what the first has made.
        await tx.$queryRaw`SELECT id FROM workspace WHERE id = ${ctx.actor.workspaceId}::uuid FOR NO KEY UPDATE`;
        const plan = await makePlan(tx, ctx, read, choices);
        return reportOf(await carryOut(tx, ctx, plan, read), read, true);
      },
      { timeout: transactionMs },
    )
    .catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError(
        "conflict",
        "Somebody made something of the same name meanwhile, so nothing was imported. Look at the plan again.",
      );
    });
}
