import type { CallableChatflow } from "@/lib/chatflows/callable";
import { env } from "@/lib/env";
import { readJson } from "@/lib/http/json-body";

/** A chatflow as OpenAI's API describes a model. */
export function toModel({ slug, createdAt }: CallableChatflow) {
  return { id: slug, object: "model", created: Math.floor(createdAt.getTime() / 1_000), owned_by: "flowlatch" };
}

/** The model that a call names, which nothing has read yet; undefined where its body cannot be read. */
export async function modelIn(request: Request): Promise<unknown> {
  const body = await readJson(request, env().FLOWLATCH_MAX_BODY_BYTES).catch(() => null);
  return Object(body).model;
}
