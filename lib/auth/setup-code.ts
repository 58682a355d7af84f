import "server-only";
import { hkdfSync } from "node:crypto";
import { newestSessionSecret } from "@/lib/auth/session-secrets";
import { isSameSecret } from "@/lib/same-secret";

/** RFC 4648 §6, lower case: no two characters that look alike, and one double-click selects it. */
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((group) => alphabet[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

/**
 * The code that proves a person may claim a deployment without accounts: 128 bits derived from the
 * session secret (HKDF-SHA-256, RFC 5869), so every instance knows it and none has to store it.
 * Worth something only while there is no user; whoever checks it checks that too.
 */
export function setupCode(): string {
  return base32(new Uint8Array(hkdfSync("sha256", newestSessionSecret(), "", "flowlatch setup code", 16)));
}

/** Whether the given text is the setup code, compared in constant time. */
export function isSetupCode(given: string): boolean {
  return isSameSecret(given.trim(), setupCode());
}
