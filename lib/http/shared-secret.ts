import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/errors";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Lets in who has a secret that the deployment's configuration names, such as a Prometheus server: no API
 * key, and compared in constant time.
 * @param what the variable it is configured with
 * @throws AppError `unauthenticated`
 */
export function requireSharedSecret(headers: Headers, secret: string, what: string): void {
  const given = /^bearer +(.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
  if (timingSafeEqual(digest(given), digest(secret))) return;
  throw new AppError("unauthenticated", `Send the value of ${what} as Authorization: Bearer <value>.`);
}
