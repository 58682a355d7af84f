import { useEffect, useEffectEvent } from "react";
import { flushSync } from "react-dom";

/** The part of the Navigation API used here; TypeScript's library and older browsers lack it. */
type MaybeNavigation = (EventTarget & { currentEntry: { index: number } }) | undefined;
type NavigateEvent = Event & { navigationType: string; destination: { index: number } };

/** The guards that are up. A dialog is above its page, so the newest asks, alone. */
let guards: symbol[] = [];

/**
 * Keeps a page that shows a secret, or holds unsaved work, from being left by accident, and a secret
 * from being kept afterwards.
 * @param isGuarded whether leaving would lose something
 * @param ask called when the browser's Back or Forward was held up, with the steps it would have gone
 * @param forget called when the page goes away: a page in the back/forward cache keeps its memory
 */
export function useLeaveGuard(isGuarded: boolean, ask: (steps: number) => void, forget: () => void) {
  const onAsk = useEffectEvent(ask);
  const onForget = useEffectEvent(forget);

  useEffect(() => {
    const clear = () => flushSync(onForget);
    window.addEventListener("pagehide", clear);
    return () => window.removeEventListener("pagehide", clear);
  }, []);

  useEffect(() => {
    if (!isGuarded) return;
    const self = Symbol();
    guards = [...guards, self];
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const { navigation } = window as unknown as { navigation: MaybeNavigation };
    const hold = (event: Event) => {
      const { navigationType, destination } = event as NavigateEvent;
      if (navigationType !== "traverse" || !event.cancelable) return;
      event.preventDefault();
      if (guards.at(-1) === self) onAsk(destination.index - (navigation?.currentEntry.index ?? 0));
    };
    window.addEventListener("beforeunload", warn);
    navigation?.addEventListener("navigate", hold);
    return () => {
      guards = guards.filter((other) => other !== self);
      window.removeEventListener("beforeunload", warn);
      navigation?.removeEventListener("navigate", hold);
    };
  }, [isGuarded]);
}
