import type { ReactNode } from "react";
import { KeyDialogsProvider } from "./key-dialogs-provider";

/** Holds the dialogs above the list: a list that reloads or fails must not take an open token with it. */
export default function KeysLayout({ children }: { children: ReactNode }) {
  return <KeyDialogsProvider>{children}</KeyDialogsProvider>;
}
