"use client";

import { type ComponentType, useCallback, useState } from "react";
import { failureToast } from "@/components/toast";

/**
 * Code may be out of reach for now or, after an update, for good: the files of the build before are
 * gone.
 */
export const partUnreachable =
  "Code for it could not be loaded. Check your connection and try again. If Flowlatch was updated meanwhile, load the page again.";

/**
 * A part of a page whose code is fetched when somebody first asks for it. When it does not come, that
 * is told and can be tried again, and the page stays: `React.lazy` would put an error page in its
 * place, unsaved work and all.
 *
 * @param load imports the part; the same function on every render
 * @returns `Part` once its code is there; `whenLoaded` fetches it, then does what needs it
 */
export function useLazyPart<Props>(load: () => Promise<ComponentType<Props>>) {
  const [Part, setPart] = useState<ComponentType<Props> | null>(null);

  const whenLoaded = useCallback(
    async (next: () => void) => {
      try {
        const Loaded = await load();
        setPart(() => Loaded);
      } catch {
        return failureToast({ title: "That could not be opened", message: partUnreachable });
      }
      next();
    },
    [load],
  );

  return { Part, whenLoaded };
}
