"use client";

import { useEffect, useState } from "react";
import { fetchJson } from "./fetch-json";

export type ModelList =
  | { status: "none" | "loading" }
  | { status: "loaded"; models: string[] }
  | { status: "failed"; message: string };

/**
 * The models a provider offers, asked for once they are wanted and again with each other provider.
 * @param providerId "" while none is chosen
 */
export function useModels(providerId: string, isWanted: boolean) {
  const [list, setList] = useState<ModelList>({ status: "none" });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again.
  useEffect(() => {
    if (!isWanted || !providerId) return setList({ status: "none" });
    const abort = new AbortController();
    setList({ status: "loading" });
    const address = `/chatflows/providers/${encodeURIComponent(providerId)}/models`;
    fetchJson<{ models: string[] }>(address, abort.signal)
      .then((answer) =>
        setList(answer.ok ? { status: "loaded", ...answer.data } : { status: "failed", message: answer.message }),
      )
      .catch(() => undefined);
    return () => abort.abort();
  }, [providerId, isWanted, attempt]);

  return { list, retry: () => setAttempt((count) => count + 1) };
}
