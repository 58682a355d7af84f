import type { ReactNode } from "react";
import { pageContext } from "@/lib/auth/current";
import { getMaxKeyLifetime } from "@/lib/workspaces/service";
import { KeyDialogsProvider } from "./key-dialogs-provider";

/** Holds the dialogs above the list: a list that reloads or fails must not take an open token with it. */
export default async function KeysLayout({ children }: { children: ReactNode }) {
  const maxLifetimeDays = await getMaxKeyLifetime(await pageContext());
  return <KeyDialogsProvider maxLifetimeDays={maxLifetimeDays}>{children}</KeyDialogsProvider>;
}
