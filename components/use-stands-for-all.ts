import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

/** Those that are up, the oldest first. */
let up: symbol[] = [];
const listeners = new Set<() => void>();

function change(next: symbol[]) {
  up = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whether this one, of all in the window that are up, stands for the others too: the one that was first. */
export function useStandsForAll(isUp: boolean): boolean {
  const [self] = useState(() => Symbol());
  useEffect(() => {
    if (!isUp) return;
    change([...up, self]);
    return () => change(up.filter((other) => other !== self));
  }, [isUp, self]);
  const isFirst = useCallback(() => up[0] === self, [self]);
  return useSyncExternalStore(subscribe, isFirst, () => false);
}
