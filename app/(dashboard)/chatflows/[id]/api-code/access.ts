import type { AccessInput, ChatflowSummary } from "@/lib/chatflows/schema";

/** What the dialog needs to know of a chatflow, and no more: all of it reaches the browser. */
export type ApiCodeChatflow = Pick<ChatflowSummary, "id" | "name" | "access" | "apiKey">;

/** Who may call the chatflow, with the key's name to show. */
export type Access = { kind: "closed" } | { kind: "public" } | { kind: "key"; apiKey: { id: string; name: string } };

export function accessOfChatflow({ access, apiKey }: ApiCodeChatflow): Access {
  if (access !== "key") return { kind: access };
  return apiKey ? { kind: "key", apiKey: { id: apiKey.id, name: apiKey.name } } : { kind: "closed" };
}

export function toAccessInput(access: Access): AccessInput {
  return access.kind === "key" ? { kind: "key", apiKeyId: access.apiKey.id } : access;
}
