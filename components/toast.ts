"use client";

import type { NotificationData } from "@mantine/notifications";

let isWanted = false;
const listeners = new Set<() => void>();

/** Whether a toast was ever shown in this window; `Toasts` draws nothing before. */
export const toastsWanted = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  read: () => isWanted,
  onServer: () => false,
};

type Toast = {
  title?: string;
  message: string;
};

async function show(data: NotificationData) {
  const { notifications } = await import("@mantine/notifications");
  notifications.show(data);
  isWanted = true;
  for (const listener of listeners) listener();
}

/** Says what was done. Its code arrives with the first: most visits see none. */
export const toast = (data: Toast) => void show(data).catch(() => {});

/** Says what could not be done; without a connection, by the browser's own means. */
export function failureToast(data: Toast): void {
  show({ ...data, color: "red", autoClose: 10_000 }).catch(() =>
    window.alert([data.title, data.message].filter(Boolean).join(".\n")),
  );
}
