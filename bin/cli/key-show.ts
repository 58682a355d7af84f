import type { Command } from "commander";
import { type ApiKeyDetail, getApiKey, type KeyToken } from "@/lib/api-keys/detail";
import { findApiKey } from "@/lib/api-keys/find";
import { describeLimit, type LimitState } from "@/lib/api-keys/limits";
import { oldTokenAdvice, oldTokenUse } from "@/lib/api-keys/old-token";
import { peekLimits } from "@/lib/api-keys/peek-limits";
import { maskToken } from "@/lib/api-keys/schema";
import { statusOf } from "@/lib/api-keys/status";
import { sayTime } from "@/lib/api-keys/times";
import type { Context } from "@/lib/context";
import { type Answer, answering } from "./answer.ts";

function sayToken(token: KeyToken, live: KeyToken | null, now: Date): string {
  const { lastFour, source, stopsAt, lastUsedAt, lastUsedAddress } = token;
  const use = lastUsedAt
    ? `last used ${sayTime(lastUsedAt)}${lastUsedAddress ? ` from ${lastUsedAddress}` : ""}`
    : "never used";
  const end = stopsAt
    ? `; the old token, stops ${sayTime(stopsAt)}. ${oldTokenAdvice[oldTokenUse(token, live, now)]}`
    : "";
  return `${maskToken(lastFour, source)} ${use}${end}`;
}

function sayLimit(state: LimitState): string {
  return `${describeLimit(state)}, ${state.remaining.toLocaleString("en")} left`;
}

function said(apiKey: ApiKeyDetail, limits: LimitState[], now: Date): string {
  const { tokens, chatflows, chatflowCount } = apiKey;
  const live = tokens.find(({ stopsAt }) => stopsAt === null) ?? null;
  const names = chatflows.map(({ name, isAssigned }) => (isAssigned ? name : `${name} (further key)`));
  const unnamed = chatflowCount - chatflows.length;
  const facts: [label: string, values: string[]][] = [
    ["Id", [apiKey.id]],
    [
      "Created",
      [`${sayTime(apiKey.createdAt)} ${apiKey.createdBy ? `by ${apiKey.createdBy}` : "on the command line"}`],
    ],
    ["Tokens", tokens.length > 0 ? tokens.map((token) => sayToken(token, live, now)) : ["none works"]],
    ["Limits", limits.length > 0 ? limits.map(sayLimit) : ["none"]],
    ["Addresses", apiKey.allowedAddresses.length > 0 ? apiKey.allowedAddresses : ["any"]],
    ["Chatflows", names.length > 0 ? names.concat(unnamed > 0 ? `and ${unnamed} more` : []) : ["none"]],
  ];
  const lines = facts.flatMap(([label, values]) =>
    values.map((value, index) => `${(index === 0 ? label : "").padEnd(11)}${value}`),
  );
  return [apiKey.name, statusOf(apiKey, now).reason, "", ...lines].join("\n");
}

async function show(ctx: Context, given: string): Promise<Answer> {
  const apiKey = await getApiKey(ctx, (await findApiKey(ctx, given)).id);
  const limits = await peekLimits(ctx.db, apiKey.id, apiKey.limits, ctx.now);
  return {
    json: { ...apiKey, status: statusOf(apiKey, ctx.now), limits },
    text: said(apiKey, limits, ctx.now),
  };
}

/** `flowlatch key show`: what the key's page shows. */
export function addKeyShowCommand(key: Command): void {
  key
    .command("show <key>")
    .description("show all that is set on a key (id or name), and whether it works")
    .action(answering(async ({ context }, _, given) => show(await context(), given)));
}
