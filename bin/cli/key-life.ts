import type { Command } from "commander";
import { setApiKeyExpiry } from "@/lib/api-keys/expiry";
import { findApiKey } from "@/lib/api-keys/find";
import { describeLimit } from "@/lib/api-keys/limits";
import { setAllowedAddresses, setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { regenerateApiKey, stopOldToken } from "@/lib/api-keys/rotation";
import { maskToken } from "@/lib/api-keys/schema";
import { disableApiKeys, enableApiKeys } from "@/lib/api-keys/switching";
import { sayTime } from "@/lib/api-keys/times";
import type { Context } from "@/lib/context";
import { StopError } from "../stop-error.ts";
import { type Answer, answering } from "./answer.ts";
import type { CommandContext } from "./command-context.ts";
import { findApiKeys, issued, sayKeys } from "./found-keys.ts";
import { givenLimits, givenTime, type LimitOptions, withLimitOptions } from "./given-values.ts";
import { type ShareOptions, sharedOnce } from "./share-once.ts";

interface RegenerateOptions extends ShareOptions {
  overlap: string;
}

async function regenerate({ context, address }: CommandContext, options: RegenerateOptions, given: string) {
  const { overlap, shareOnce } = options;
  const ctx = await context();
  const oldTokenStops = givenTime(overlap, "now", ctx.now);
  const { id } = await findApiKey(ctx, given);
  const renewed = await regenerateApiKey(ctx, { id, oldTokenStops });
  const old = renewed.oldTokenStops ? `works until ${sayTime(renewed.oldTokenStops)}` : "is refused from now on";
  const more = ` The old token ${old}.`;
  return shareOnce ? await sharedOnce(ctx, renewed, address, more) : issued(renewed, more);
}

async function stopOld(ctx: Context, given: string): Promise<Answer> {
  const result = await stopOldToken(ctx, { id: (await findApiKey(ctx, given)).id });
  const text = result.stopped
    ? `The old token of “${result.name}”, ${maskToken(result.stopped, result.source)}, is refused from now on.`
    : `“${result.name}” has no old token that still works.`;
  return { json: result, text };
}

async function expire(ctx: Context, given: string, at: string): Promise<Answer> {
  const expiresAt = givenTime(at, "never", ctx.now);
  const result = await setApiKeyExpiry(ctx, { id: (await findApiKey(ctx, given)).id, expiresAt });
  const when = result.expiresAt ? `expires on ${sayTime(result.expiresAt)}` : "never expires";
  return { json: result, text: `“${result.name}” ${when}.` };
}

async function disable(ctx: Context, given: string[]): Promise<Answer> {
  const keys = await findApiKeys(ctx, given);
  const result = await disableApiKeys(ctx, { ids: keys.map(({ id }) => id) });
  return { json: result, text: `${sayKeys(keys, "is", "are")} disabled: calls are refused from now on.` };
}

async function enable(ctx: Context, given: string[]): Promise<Answer> {
  const keys = await findApiKeys(ctx, given);
  const result = await enableApiKeys(ctx, { ids: keys.map(({ id }) => id) });
  const expired = result.keys.filter(({ expiresAt }) => expiresAt && expiresAt <= ctx.now);
  const but = expired.length > 0 ? `\n${sayKeys(expired, "has", "have")} expired all the same.` : "";
  return { json: result, text: `${sayKeys(keys, "is", "are")} enabled.${but}` };
}

async function limit(ctx: Context, given: string, { none, ...options }: LimitOptions & { none?: true }) {
  const limits = givenLimits(options);
  if (limits.length > 0 === Boolean(none)) {
    throw new StopError("Give the key’s limits with --limit and --quota, or take them all away with --none.");
  }
  const result = await setApiKeyLimits(ctx, { id: (await findApiKey(ctx, given)).id, limits });
  const said = result.limits.map(describeLimit).join(", ");
  return { json: result, text: `“${result.name}” has ${said ? `the limits: ${said}` : "no limits"}.` };
}

async function allow(ctx: Context, given: string, allowedAddresses: string[], { anywhere }: { anywhere?: true }) {
  if (allowedAddresses.length > 0 === Boolean(anywhere)) {
    throw new StopError("Give the addresses or networks that the key may be used from, or --anywhere.");
  }
  const result = await setAllowedAddresses(ctx, { id: (await findApiKey(ctx, given)).id, allowedAddresses });
  const from =
    result.allowedAddresses.length > 0 ? `from ${result.allowedAddresses.join(", ")} alone` : "from anywhere";
  return { json: result, text: `“${result.name}” may be used ${from}.` };
}

/** `flowlatch key …`: what changes a key that is there. */
export function addKeyLifeCommands(key: Command): void {
  key
    .command("regenerate <key>")
    .description("give a key (id or name) a new token and show it, once")
    .option("--overlap <until>", "until when the old token works as well: now, 1h, 24h, 7d, a date or a time", "now")
    .option("--share-once", "print a link that shows the token one time, instead of the token")
    .action(answering<RegenerateOptions>(regenerate));
  key
    .command("stop-old-token <key>")
    .description("end the old token that still works beside a key’s new one, at once")
    .action(answering(async ({ context }, _, given) => stopOld(await context(), given)));
  key
    .command("expire <key>")
    .description("set when a key stops working")
    .requiredOption("--at <when>", "never, 30d, 12h, 2027-01-31 or 2027-01-31T18:00Z")
    .action(answering<{ at: string }>(async ({ context }, { at }, given) => expire(await context(), given, at)));
  key
    .command("disable <key...>")
    .description("refuse every call with these keys until they are enabled")
    .action(answering(async ({ context }, _, ...given) => disable(await context(), given.flat())));
  key
    .command("enable <key...>")
    .description("let disabled keys work again")
    .action(answering(async ({ context }, _, ...given) => enable(await context(), given.flat())));
  withLimitOptions(key.command("limit <key>"))
    .description("set how many calls a key may make, in place of its limits so far")
    .option("--none", "as many as one likes")
    .action(
      answering<LimitOptions & { none?: true }>(async ({ context }, options, given) =>
        limit(await context(), given, options),
      ),
    );
  key
    .command("allow <key> [network...]")
    .description("set the addresses and networks a key may be used from, in place of those so far")
    .option("--anywhere", "from any address")
    .action(
      answering<{ anywhere?: true }>(async ({ context }, options, given, networks) =>
        allow(await context(), given, networks, options),
      ),
    );
}
