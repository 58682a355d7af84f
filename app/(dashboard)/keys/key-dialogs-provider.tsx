"use client";

import { notifications } from "@mantine/notifications";
import { type ComponentType, createContext, type ReactNode, use, useCallback, useState } from "react";
import type { ApiKeySummary } from "@/lib/api-keys/schema";

export type KeyDialogRequest = {
  /** Where the focus goes back to. */
  opener: HTMLElement | null;
} & ({ kind: "create" } | { kind: "rename" | "regenerate" | "delete"; apiKey: ApiKeySummary });

export interface KeyDialogsProps {
  request: KeyDialogRequest | null;
  onClose: () => void;
}

const OpenKeyDialog = createContext<(request: KeyDialogRequest) => void>(() => {});

/** Opens one of the page's dialogs. */
export function useOpenKeyDialog() {
  return use(OpenKeyDialog);
}

/**
 * Loads the dialogs when the first is opened: most visits only look. All of them at once, so that
 * a token that was just made never waits for code that may not arrive.
 */
export function KeyDialogsProvider({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<KeyDialogRequest | null>(null);
  const [Dialogs, setDialogs] = useState<ComponentType<KeyDialogsProps> | null>(null);

  const open = useCallback(async (next: KeyDialogRequest) => {
    try {
      const { KeyDialogs } = await import("./key-dialogs");
      setDialogs(() => KeyDialogs);
      setRequest(next);
    } catch {
      notifications.show({
        color: "red",
        title: "That could not be opened",
        message: "Flowlatch could not be reached. Check your connection and try again.",
      });
    }
  }, []);

  return (
    <OpenKeyDialog value={open}>
      {children}
      {Dialogs && <Dialogs request={request} onClose={() => setRequest(null)} />}
    </OpenKeyDialog>
  );
}
