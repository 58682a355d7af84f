import "server-only";
import type { z } from "zod";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { findExisting } from "@/lib/import/existing";
import { findGateway } from "@/lib/import/gateway";
import { freeName, tidyName } from "@/lib/import/names";
import { type PlannedChatflow, planChatflows, tidyChatflowName } from "@/lib/import/plan-chatflows";
import { importableToken, type PlannedKey, planKeys, tidyKeyName } from "@/lib/import/plan-keys";
import type { ReadSource } from "@/lib/import/read-source";
import type { importChoicesSchema } from "@/lib/import/schema";

/** What becomes of everything that was read. Holds tokens: never answered as it is. */
export interface Plan {
  /** The Flowise server of the chatflows: a connected one, or how to connect it. */
  provider: ({ name: string } & ({ id: string } | { id: null; baseUrl: string; apiKey: string })) | null;
  keys: PlannedKey[];
  chatflows: PlannedChatflow[];
}

/** What an import would do now. In a transaction that holds the workspace, it is what it does. */
export async function makePlan(
  tx: Transaction,
  ctx: Context,
  { data, place }: ReadSource,
  choices: z.output<typeof importChoicesSchema>,
): Promise<Plan> {
  const gateway = place && (await findGateway(tx, ctx, place));
  const newProvider = gateway?.kind === "new" ? tidyName(`Flowise at ${new URL(gateway.baseUrl).host}`, "Flowise") : "";
  const existing = await findExisting(tx, ctx, {
    tokens: data.keys.map(importableToken).filter((token) => token !== null),
    keyNames: data.keys.map(tidyKeyName),
    chatflowNames: data.flows.map(tidyChatflowName),
    providerNames: [newProvider],
    flowIds: data.flows.map(({ id }) => id),
    providerId: gateway?.kind === "saved" ? gateway.id : null,
  });
  const skipped = new Set(choices.skippedKeys);
  const { keys, byId } = planKeys(data.keys, { existing, skipped, now: ctx.now });
  const chatflows = planChatflows(data.flows, {
    ...{ existing, gateway, keysById: byId, flowiseKeys: data.keys },
    ...{ skipped: new Set(choices.skippedChatflows), opened: new Set(choices.publicChatflows) },
  });
  if (gateway?.kind === "saved") return { provider: { id: gateway.id, name: gateway.name }, keys, chatflows };
  // A server none of whose flows comes along is not connected.
  if (gateway === null || chatflows.every(({ outcome }) => outcome !== "made"))
    return { provider: null, keys, chatflows };
  const { baseUrl, apiKey } = gateway;
  return {
    provider: { id: null, name: freeName(newProvider, existing.providerNames), baseUrl, apiKey },
    keys,
    chatflows,
  };
}
