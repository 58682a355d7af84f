import type { CallableChatflow } from "@/lib/chatflows/callable";

/** A chatflow as OpenAI's API describes a model. */
export function toModel({ slug, createdAt }: CallableChatflow) {
  return { id: slug, object: "model", created: Math.floor(createdAt.getTime() / 1_000), owned_by: "flowlatch" };
}
