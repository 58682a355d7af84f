"use client";

import { lazy, Suspense, useSyncExternalStore } from "react";
import { toastsWanted } from "@/components/toast";

const Notifications = lazy(async () => {
  const { Notifications } = await import("@mantine/notifications");
  return { default: Notifications };
});

/** Where toasts appear, once there is one. */
export function Toasts() {
  const wanted = useSyncExternalStore(toastsWanted.subscribe, toastsWanted.read, toastsWanted.onServer);
  if (!wanted) return null;
  return (
    <Suspense>
      <Notifications position="bottom-right" limit={3} autoClose={5000} />
    </Suspense>
  );
}
