"use client";

import { createContext, type ReactNode, use } from "react";
import { type DialogsProps, useLazyDialogs } from "@/components/use-lazy-dialogs";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import type { ChosenKey } from "./key-selection";

export type KeyDialogRequest = {
  /** Where the focus goes back to. */
  opener: HTMLElement | null;
} & (
  | { kind: "create" }
  | { kind: "rename" | "regenerate" | "delete"; apiKey: ApiKeySummary }
  | { kind: "delete-many"; apiKeys: ChosenKey[] }
);

export type KeyDialogsProps = DialogsProps<KeyDialogRequest>;

const OpenKeyDialog = createContext<(request: KeyDialogRequest) => void>(() => {});

/** Opens one of the page's dialogs. */
export function useOpenKeyDialog() {
  return use(OpenKeyDialog);
}

const MaxLifetimeDays = createContext<number | null>(null);

/** The workspace's longest lifetime of keys in days; null for as long as one likes. */
export function useMaxLifetimeDays() {
  return use(MaxLifetimeDays);
}

const load = () => import("./key-dialogs").then(({ KeyDialogs }) => KeyDialogs);

interface Props {
  maxLifetimeDays: number | null;
  children: ReactNode;
}

export function KeyDialogsProvider({ maxLifetimeDays, children }: Props) {
  const { open, dialogs } = useLazyDialogs<KeyDialogRequest>(load);
  return (
    <MaxLifetimeDays value={maxLifetimeDays}>
      <OpenKeyDialog value={open}>
        {children}
        {dialogs}
      </OpenKeyDialog>
    </MaxLifetimeDays>
  );
}
