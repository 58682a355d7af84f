import { publicCredentialId } from "@/lib/ids";
import type { Caller } from "@/lib/sessions/schema";

/** Who stands behind a credential id. A deleted key's conversations stay, its name does not. */
export function callerOf(credentialId: string, keyName: string | null): Caller {
  return credentialId === publicCredentialId ? { kind: "public" } : { kind: "key", name: keyName };
}
