import "server-only";
import { parseToken, type Token } from "@/lib/api-keys/token";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import type { Transaction } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { connectionOf, type ProviderRow } from "@/lib/providers/connection";
import { flowiseUrl } from "@/lib/providers/flowise-url";

/** Where chatflows run: at an address, or on a server that is connected already. */
export type ServerPlace =
  | { kind: "address"; baseUrl: string; apiKey: string }
  | { kind: "provider"; providerId: string };

/** The Flowise server that imported chatflows will be answered by. `token`: what it is called with. */
export type Gateway =
  | { kind: "saved"; id: string; name: string; token: Token | null }
  | { kind: "new"; baseUrl: string; apiKey: string; token: Token | null };

type GatewayRow = ProviderRow & { name: string };

/** What a saved server is called with, where it still decrypts: flows that it opens need no change at Flowise. */
function savedGateway(row: GatewayRow): Gateway {
  let token: Token | null = null;
  try {
    token = parseToken(connectionOf(row).apiKey ?? "");
  } catch {
    // Somebody has to enter the credential again, which the chatflows' own errors say.
  }
  return { kind: "saved", id: row.id, name: row.name, token };
}

/**
 * The connected server there is for a place, or a new one. Connecting a new one takes the permission to:
 * whoever does it decides where this server sends requests to.
 * @throws AppError `invalid_input` or `forbidden`
 */
export async function findGateway(tx: Transaction, ctx: Context, place: ServerPlace): Promise<Gateway> {
  const rows = await tx.$queryRaw<GatewayRow[]>`
    SELECT id, name, kind, base_url, credential FROM provider
    WHERE workspace_id = ${ctx.actor.workspaceId}::uuid AND kind = 'flowise' ORDER BY name_key`;
  if (place.kind === "provider") {
    const row = rows.find(({ id }) => id === place.providerId.toLowerCase());
    if (row) return savedGateway(row);
    const message = "There is no such Flowise server. It may have been deleted; choose another.";
    throw new AppError("invalid_input", message, { field: "providerId" });
  }
  const { baseUrl, apiKey } = place;
  const row = rows.find(({ base_url: saved }) => flowiseUrl(saved, "").href === flowiseUrl(baseUrl, "").href);
  if (row) return savedGateway(row);
  authorizeNewServer(ctx);
  return { kind: "new", baseUrl, apiKey, token: parseToken(apiKey) };
}

function authorizeNewServer({ actor }: Context): void {
  try {
    authorize(actor, "providers:write");
  } catch {
    throw new AppError(
      "forbidden",
      "This Flowise server is not connected yet, which takes an admin. Ask one to add it under Settings, Providers; then import again.",
    );
  }
}
