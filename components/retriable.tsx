"use client";

import { type ComponentType, useCallback, useEffect, useState, useTransition } from "react";

interface Retry {
  onRetry: () => void;
  isRetrying: boolean;
}

/**
 * What `lazy` and `dynamic` take, of a part that a page shows among others. When its code does not
 * come, `Failed` stands in its place and tries again. By themselves they would keep the failure until
 * the page is loaded anew, and put an error page where the others are, unsaved work and all.
 *
 * @param Failed gets the part's own props, and a way to try again, which it does once by itself
 */
export function retriable<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Failed: ComponentType<Props & Retry>,
) {
  function Retrying(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | null>(null);
    const [isRetrying, startTransition] = useTransition();
    const retry = useCallback(
      () =>
        startTransition(async () => {
          const Loaded = await load().catch(() => null);
          setPart(() => Loaded);
        }),
      [],
    );
    useEffect(retry, [retry]);
    return Part ? <Part {...props} /> : <Failed {...props} onRetry={retry} isRetrying={isRetrying} />;
  }
  return async () => ({ default: await load().catch(() => Retrying) });
}
