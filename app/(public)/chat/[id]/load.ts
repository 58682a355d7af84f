import { cache } from "react";
import { database } from "@/lib/db/client";
import { readSharedChat } from "@/lib/sharing/shared-chat";

/** The chat of an address, or null. Read once a request. */
export const loadSharedChat = cache(async (id: string) => await readSharedChat(database(), id));
