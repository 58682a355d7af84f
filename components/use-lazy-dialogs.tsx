"use client";

import { type ComponentType, useCallback, useState } from "react";
import { useLazyPart } from "@/components/use-lazy-part";

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
  const { Part: Dialogs, whenLoaded } = useLazyPart(load);
  const open = useCallback((next: Request) => whenLoaded(() => setRequest(() => next)), [whenLoaded]);

  return { open, dialogs: Dialogs && <Dialogs request={request} onClose={() => setRequest(null)} /> };
}
