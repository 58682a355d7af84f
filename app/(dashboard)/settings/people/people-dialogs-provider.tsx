"use client";

import { createContext, type ReactNode, use } from "react";
import { type DialogsProps, useLazyDialogs } from "@/components/use-lazy-dialogs";
import type { UserSummary } from "@/lib/auth/schema";

export type PeopleDialogRequest = {
  /** Where the focus goes back to. */
  opener: HTMLElement | null;
} & (
  | { kind: "invite" }
  | { kind: "link" | "remove"; person: UserSummary }
  /** Owners alone may make an owner of somebody. */
  | { kind: "role"; person: UserSummary; byOwner: boolean }
);

export type PeopleDialogsProps = DialogsProps<PeopleDialogRequest>;

const OpenPeopleDialog = createContext<(request: PeopleDialogRequest) => void>(() => {});

/** Opens one of the page's dialogs. */
export function useOpenPeopleDialog() {
  return use(OpenPeopleDialog);
}

const load = () => import("./people-dialogs").then(({ PeopleDialogs }) => PeopleDialogs);

export function PeopleDialogsProvider({ children }: { children: ReactNode }) {
  const { open, dialogs } = useLazyDialogs<PeopleDialogRequest>(load);
  return (
    <OpenPeopleDialog value={open}>
      {children}
      {dialogs}
    </OpenPeopleDialog>
  );
}
