import "server-only";
import { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { isUuid } from "@/lib/ids";

/** Calls shown on a key's page. */
export const recentCallsShown = 20;

/** A call that was answered, or that failed while it was. What was said in it is not part of it. */
export interface RecentCall {
  /** Of the prediction, by which its session can be read. */
  id: string;
  at: Date;
  chatflow: { id: string; name: string };
  status: "ok" | "error" | "aborted";
  /** Code of the failure when the status is "error". */
  errorCode: string | null;
  durationMs: number;
  /** Input and output tokens of a language model; null where none was asked. */
  tokens: number | null;
}

const statusSchema = z.enum(["ok", "error", "aborted"]).catch("error");
const usageSchema = z
  .object({ inputTokens: z.number(), outputTokens: z.number() })
  .transform(({ inputTokens, outputTokens }) => inputTokens + outputTokens)
  .nullable()
  .catch(null);

/**
 * The last calls made with a key, newest first. Chatflows that keep nothing have none.
 * @throws AppError `forbidden`
 */
export async function listRecentCalls(ctx: Context, apiKeyId: string): Promise<RecentCall[]> {
  authorize(ctx.actor, "keys:read");
  if (!isUuid(apiKeyId)) return [];
  const rows = await ctx.db.prisma.prediction.findMany({
    where: { credentialId: apiKeyId, workspaceId: ctx.actor.workspaceId },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: recentCallsShown,
    select: {
      ...{ id: true, createdAt: true, status: true, errorCode: true, durationMs: true, usage: true },
      chatflow: { select: { id: true, name: true } },
    },
  });
  return rows.map(({ createdAt, status, usage, ...call }) => ({
    ...call,
    at: createdAt,
    status: statusSchema.parse(status),
    tokens: usageSchema.parse(usage),
  }));
}
