import { notFound } from "next/navigation";
import { cache } from "react";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { getChatflow } from "@/lib/chatflows/read";
import { AppError } from "@/lib/errors";

/** What a page asks for; what is not there, or another workspace's, is the not-found page. */
export async function orNotFound<Value>(value: Promise<Value>): Promise<Value> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof AppError && (error.code === "not_found" || error.code === "invalid_input")) notFound();
    throw error;
  }
}

/** The chatflow that a page is about, and whether this operator may read what people said to it. Read once a request. */
export const loadChatflow = cache(async (id: string) => {
  const ctx = await pageContext();
  const { name, access } = await orNotFound(getChatflow(ctx, id));
  return { ctx, chatflow: { id, name, access }, canRead: can(ctx.actor.role, "sessions:read") };
});
