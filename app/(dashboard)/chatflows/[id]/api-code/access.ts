import type { AccessInput, ChatflowSummary } from "@/lib/chatflows/schema";

/** What the dialog needs to know of a chatflow, and no more: all of it reaches the browser. */
export type ApiCodeChatflow = Pick<ChatflowSummary, "id" | "name" | "slug" | "access" | "apiKey" | "furtherKeys">;

/** Who may call the chatflow, with the assigned key's name to show; null where further keys alone open it. */
export type Access =
  | { kind: "closed" }
  | { kind: "public" }
  | { kind: "key"; apiKey: { id: string; name: string } | null };

/** What can be chosen: further keys come and go by themselves. */
export type ChosenAccess = Exclude<Access, { kind: "key" }> | { kind: "key"; apiKey: { id: string; name: string } };

export function accessOfChatflow({ access, apiKey }: ApiCodeChatflow): Access {
  if (access !== "key") return { kind: access };
  return { kind: "key", apiKey: apiKey && { id: apiKey.id, name: apiKey.name } };
}

export function toAccessInput(access: ChosenAccess): AccessInput {
  return access.kind === "key" ? { kind: "key", apiKeyId: access.apiKey.id } : access;
}
