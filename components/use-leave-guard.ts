import { useEffect, useEffectEvent } from "react";
import { flushSync } from "react-dom";

/** The part of the Navigation API used here; TypeScript's library and older browsers lack it. */
type MaybeNavigation = (EventTarget & { currentEntry: { index: number } }) | undefined;
type NavigateEvent = Event & { navigationType: string; destination: { index: number } };

/** How a page is left: by a link, by the browser's Back or Forward, or by what a button does. */
export type Way = { href: string } | { steps: number } | { act: () => void };

interface Guard {
  ask: (way: Way) => void;
}

/** The guards that are up. A dialog is above its page, so the newest asks, alone. */
let guards: Guard[] = [];

/** Leaves the page by what a button does, as signing out: at once, or when the guard that is up has let it. */
export function leaveBy(act: () => void): void {
  const newest = guards.at(-1);
  if (newest) newest.ask({ act });
  else act();
}

/** Where a click on a link would go inside the app, or null when it opens elsewhere or stays on the page. */
function destinationOf(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target === "_blank" || link.hasAttribute("download")) return null;
  const { origin, pathname, search, hash } = new URL(link.href);
  const isElsewhere = pathname !== location.pathname || search !== location.search;
  return origin === location.origin && isElsewhere ? pathname + search + hash : null;
}

/**
 * Keeps a page that shows a secret, or holds unsaved work, from being left by accident, and a secret
 * from being kept afterwards.
 * @param isGuarded whether leaving would lose something
 * @param ask called when the page was about to be left inside the app, with the way that was held up
 * @param forget called when the page goes away: a page in the back/forward cache keeps its memory
 */
export function useLeaveGuard(isGuarded: boolean, ask: (way: Way) => void, forget: () => void) {
  const onAsk = useEffectEvent(ask);
  const onForget = useEffectEvent(forget);

  useEffect(() => {
    const clear = () => flushSync(onForget);
    window.addEventListener("pagehide", clear);
    return () => window.removeEventListener("pagehide", clear);
  }, []);

  useEffect(() => {
    if (!isGuarded) return;
    const self: Guard = { ask: (way) => onAsk(way) };
    guards = [...guards, self];
    const askIfNewest = (way: Way) => {
      if (guards.at(-1) === self) onAsk(way);
    };
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const { navigation } = window as unknown as { navigation: MaybeNavigation };
    const holdTraversal = (event: Event) => {
      const { navigationType, destination } = event as NavigateEvent;
      if (navigationType !== "traverse" || !event.cancelable) return;
      event.preventDefault();
      askIfNewest({ steps: destination.index - (navigation?.currentEntry.index ?? 0) });
    };
    const holdClick = (event: MouseEvent) => {
      const href = destinationOf(event);
      if (href === null) return;
      // Before Next's own link sees it.
      event.preventDefault();
      event.stopPropagation();
      askIfNewest({ href });
    };
    window.addEventListener("beforeunload", warn);
    navigation?.addEventListener("navigate", holdTraversal);
    document.addEventListener("click", holdClick, { capture: true });
    return () => {
      guards = guards.filter((other) => other !== self);
      window.removeEventListener("beforeunload", warn);
      navigation?.removeEventListener("navigate", holdTraversal);
      document.removeEventListener("click", holdClick, { capture: true });
    };
  }, [isGuarded]);
}
