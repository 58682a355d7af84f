import { useSyncExternalStore } from "react";

const never = () => () => {};

/**
 * Whether the page's script has taken over. Until then a browser submits a form by itself: it goes nowhere while its
 * button is disabled, and `method="post"` keeps what was typed out of the address even so.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
