import { v7 } from "uuid";
import { z } from "zod";

/** A new id: UUIDv7 (RFC 9562), so that ids sort by time of creation. */
export function newId(): string {
  return v7();
}

/** Stands for "no API key" where a credential id is asked for: predictions on a public chatflow. */
export const publicCredentialId = "00000000-0000-0000-0000-000000000000";

const uuid = z.guid();

/** Any RFC 9562 UUID, whatever its version. */
export function isUuid(value: string): boolean {
  return uuid.safeParse(value).success;
}
