"use client";

import { createContext, type ReactNode, use } from "react";
import { type DialogsProps, useLazyDialogs } from "@/components/use-lazy-dialogs";
import type { ProviderSummary } from "@/lib/providers/schema";

export type ProviderDialogRequest = {
  /** Where the focus goes back to. */
  opener: HTMLElement | null;
} & ({ kind: "add" } | { kind: "edit" | "delete"; provider: ProviderSummary });

export type ProviderDialogsProps = DialogsProps<ProviderDialogRequest>;

const OpenProviderDialog = createContext<(request: ProviderDialogRequest) => void>(() => {});

/** Opens one of the page's dialogs. */
export function useOpenProviderDialog() {
  return use(OpenProviderDialog);
}

const load = () => import("./provider-dialogs").then(({ ProviderDialogs }) => ProviderDialogs);

export function ProviderDialogsProvider({ children }: { children: ReactNode }) {
  const { open, dialogs } = useLazyDialogs<ProviderDialogRequest>(load);
  return (
    <OpenProviderDialog value={open}>
      {children}
      {dialogs}
    </OpenProviderDialog>
  );
}
