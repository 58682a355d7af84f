import { createHash } from "node:crypto";
import type { Conversation } from "@/lib/engines/engine";

/**
 * An id of ours as Flowise is told it. Flowise knows sessions by their id alone, so whoever names one
 * reads it: this one holds whose it is, and one caller can name no other's. A UUID (RFC 9562, version
 * 8), because Flowise makes paths of it, and callers may call a session anything.
 */
export function namespacedId(chatflowId: string, { credentialId }: Conversation, id: string): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([chatflowId, credentialId, id]))
    .digest();
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
