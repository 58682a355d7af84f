import { cache } from "react";
import { getSharing } from "@/lib/sharing/service";
import { loadChatflow, orNotFound } from "../sessions/load";

/** A chatflow with its sharing settings. Read once a request. */
export const loadSharing = cache(async (id: string) => {
  const loaded = await loadChatflow(id);
  const settings = await orNotFound(getSharing(loaded.ctx, loaded.chatflow.id));
  return { ...loaded, settings };
});
