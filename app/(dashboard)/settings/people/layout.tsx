import type { ReactNode } from "react";
import { PeopleDialogsProvider } from "./people-dialogs-provider";

/** Holds the dialogs above the list: a list that reloads or fails must not take a link that is shown once with it. */
export default function PeopleLayout({ children }: { children: ReactNode }) {
  return <PeopleDialogsProvider>{children}</PeopleDialogsProvider>;
}
