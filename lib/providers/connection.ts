import "server-only";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { decryptCredential } from "@/lib/providers/credential";
import { isProviderKind, type ProviderKind } from "@/lib/providers/kinds";

/** A provider as SQL selects it. */
export interface ProviderRow {
  id: string;
  kind: string;
  base_url: string | null;
  credential: Uint8Array | null;
}

/** What it takes to call a provider. Holds the credential in clear: never logged, never answered. */
export interface ProviderConnection {
  id: string;
  kind: ProviderKind;
  baseUrl: string | null;
  apiKey: string | null;
}

/**
 * Decrypts a provider's credential.
 * @throws AppError `internal` when the encryption key is gone or the row was altered
 */
export function connectionOf({ id, kind, base_url: baseUrl, credential }: ProviderRow): ProviderConnection {
  if (!isProviderKind(kind)) throw new AppError("internal", `There are no providers of the kind “${kind}” any more.`);
  if (credential === null) return { id, kind, baseUrl, apiKey: null };
  const apiKey = decryptCredential(credential, id, env().FLOWLATCH_ENCRYPTION_KEY);
  if (apiKey === null) {
    throw new AppError(
      "internal",
      "The model provider’s stored API key cannot be decrypted. An admin has to enter it again, or restore the encryption key it was saved with.",
      { cause: new Error(`The credential of provider ${id} does not decrypt with FLOWLATCH_ENCRYPTION_KEY.`) },
    );
  }
  return { id, kind, baseUrl, apiKey };
}
