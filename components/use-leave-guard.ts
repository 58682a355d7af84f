import { useEffect, useEffectEvent } from "react";
import { flushSync } from "react-dom";

/** The part of the Navigation API used here; TypeScript's library and older browsers lack it. */
type MaybeNavigation = EventTarget | undefined;

/**
 * Keeps a page that shows a secret from being left by accident, and from being kept afterwards.
 * @param isGuarded whether leaving would lose something
 * @param ask called when the browser's Back or Forward was held up
 * @param forget called when the page goes away: a page in the back/forward cache keeps its memory
 */
export function useLeaveGuard(isGuarded: boolean, ask: () => void, forget: () => void) {
  const onAsk = useEffectEvent(ask);
  const onForget = useEffectEvent(forget);

  useEffect(() => {
    const clear = () => flushSync(onForget);
    window.addEventListener("pagehide", clear);
    return () => window.removeEventListener("pagehide", clear);
  }, []);

  useEffect(() => {
    if (!isGuarded) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const hold = (event: Event) => {
      const isTraversal = (event as Event & { navigationType?: string }).navigationType === "traverse";
      if (!isTraversal || !event.cancelable) return;
      event.preventDefault();
      onAsk();
    };
    const { navigation } = window as unknown as { navigation: MaybeNavigation };
    window.addEventListener("beforeunload", warn);
    navigation?.addEventListener("navigate", hold);
    return () => {
      window.removeEventListener("beforeunload", warn);
      navigation?.removeEventListener("navigate", hold);
    };
  }, [isGuarded]);
}
