import "server-only";
import { createHmac, hkdfSync } from "node:crypto";
import type { Role } from "@/lib/auth/roles";
import { env } from "@/lib/env";
import { isSameSecret } from "@/lib/same-secret";

/** A link can be used for three days: over a weekend. */
const lifetimeMs = 72 * 3_600_000;

/**
 * What a code is good for: choosing a password, once, since a new password raises the epoch. And only while they
 * are what they were: an admin who made a link for an editor must not have one for an owner.
 */
interface Holder {
  id: string;
  sessionEpoch: number;
  role: Role;
}

/** HMAC-SHA-256 under a key of its own, which HKDF (RFC 5869) makes of a session secret. */
function seal(secret: string, { id, sessionEpoch, role }: Holder, expires: string): string {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", "flowlatch password link", 32));
  return createHmac("sha256", key).update(`${id} ${sessionEpoch} ${role} ${expires}`).digest("base64url");
}

/** The secret part of a link with which an operator chooses a password. Nothing of it is stored. */
export function newPasswordCode(holder: Holder, now: Date): { code: string; expiresAt: Date } {
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  const expires = expiresAt.getTime().toString(36);
  return {
    code: `${holder.id}.${expires}.${seal(env().FLOWLATCH_SESSION_SECRET[0] as string, holder, expires)}`,
    expiresAt,
  };
}

/** Whom a code says that it is for; `isPasswordCode` tells whether it is true. */
export function holderOf(code: string): string {
  return code.split(".")[0] ?? "";
}

/** Whether a code was made for this operator as they are now, under any of the session secrets, and is in time. */
export function isPasswordCode(code: string, holder: Holder, now: Date): boolean {
  const [id, expires = "", sealed = ""] = code.split(".");
  if (id !== holder.id || !(Number.parseInt(expires, 36) > now.getTime())) return false;
  return env().FLOWLATCH_SESSION_SECRET.some((secret) => isSameSecret(sealed, seal(secret, holder, expires)));
}
