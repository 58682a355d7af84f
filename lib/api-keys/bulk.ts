import "server-only";
import type { z } from "zod";
import { lockApiKeys } from "@/lib/api-keys/lock";
import { deleteApiKeysSchema } from "@/lib/api-keys/schema";
import { removeApiKeys } from "@/lib/api-keys/service";
import { bulkTimeoutMs } from "@/lib/api-keys/switching";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse-input";

/**
 * Deletes several keys, or none where one of them is not there. Chatflows that accept no other key close.
 * `confirmCount` must be their number.
 * @returns the keys and the chatflows that closed
 * @throws AppError `invalid_input`, `not_found` or `forbidden`
 */
export async function deleteApiKeys(ctx: Context, input: z.input<typeof deleteApiKeysSchema>) {
  authorize(ctx.actor, "keys:write");
  const { ids, confirmCount } = parseInput(deleteApiKeysSchema, input);
  if (confirmCount !== ids.length) {
    throw new AppError("invalid_input", `Type ${ids.length}, the number of keys, to delete them.`, {
      field: "confirmCount",
    });
  }
  return await ctx.db.prisma.$transaction(
    async (tx) => {
      const keys = await lockApiKeys(tx, ctx, ids);
      return { keys: keys.map(({ id, name }) => ({ id, name })), closedChatflows: await removeApiKeys(tx, ctx, keys) };
    },
    { timeout: bulkTimeoutMs },
  );
}
