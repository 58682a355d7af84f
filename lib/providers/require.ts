import "server-only";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { type Offer, type ProviderKind, providerKindDescriptions } from "@/lib/providers/kinds";

const refused = (message: string, field: string) => new AppError("invalid_input", message, { field });

/** An engine's provider that this workspace does not have. */
export function noSuchProvider(field: string): AppError {
  return refused("There is no such provider. It may have been deleted; choose another.", field);
}

/** @throws AppError `invalid_input` on `field` when a provider of this kind offers something else */
export function requireOffer(kind: ProviderKind, offers: Offer, field: string): void {
  if (providerKindDescriptions[kind].offers === offers) return;
  const sentence =
    offers === "models"
      ? "This provider is a Flowise server, which has no models. Choose another."
      : "This provider is no Flowise server, so it has no flows. Choose another.";
  throw refused(sentence, field);
}

/**
 * Holds a provider in place until the transaction ends, so that what is about to refer to it does
 * not find it deleted. Call it in the transaction that saves a chatflow's engine.
 * @param offers what the engine asks it for
 * @throws AppError `invalid_input` on `field` when this workspace has no such provider, or it offers something else
 */
export async function requireProvider(
  tx: Transaction,
  ctx: Context,
  { id, offers, field = "providerId" }: { id: string; offers: Offer; field?: string },
): Promise<void> {
  const rows = isUuid(id)
    ? await tx.$queryRaw<{ kind: ProviderKind }[]>`
        SELECT kind FROM provider
        WHERE id = ${id}::uuid AND workspace_id = ${ctx.actor.workspaceId}::uuid FOR KEY SHARE`
    : [];
  if (!rows[0]) throw noSuchProvider(field);
  requireOffer(rows[0].kind, offers, field);
}
