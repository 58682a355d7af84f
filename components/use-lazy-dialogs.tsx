"use client";

import { type ComponentType, useCallback, useState } from "react";
import { failureToast } from "@/components/toast";

export interface DialogsProps<Request> {
  /** Which dialog is open, and about what. */
  request: Request | null;
  onClose: () => void;
}

/**
 * A page's dialogs, loaded when the first is opened: most visits only look. All of them at once, so
 * that what one dialog leads to, such as a token that was just made, never waits for code that may
 * not arrive.
 *
 * @param load imports the dialogs; the same function on every render
 */
export function useLazyDialogs<Request>(load: () => Promise<ComponentType<DialogsProps<Request>>>) {
  const [request, setRequest] = useState<Request | null>(null);
  const [Dialogs, setDialogs] = useState<ComponentType<DialogsProps<Request>> | null>(null);

  const open = useCallback(
    async (next: Request) => {
      try {
        const Loaded = await load();
        setDialogs(() => Loaded);
        setRequest(() => next);
      } catch {
        failureToast({
          title: "That could not be opened",
          message: "Flowlatch could not be reached. Check your connection and try again.",
        });
      }
    },
    [load],
  );

  return { open, dialogs: Dialogs && <Dialogs request={request} onClose={() => setRequest(null)} /> };
}
