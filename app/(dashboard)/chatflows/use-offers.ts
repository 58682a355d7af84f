"use client";

import { useEffect, useState } from "react";
import type { Offer } from "@/lib/providers/kinds";
import { fetchJson } from "./fetch-json";

export type OfferList<Item> =
  | { status: "none" | "loading" }
  | { status: "loaded"; items: Item[] }
  | { status: "failed"; message: string };

/**
 * The models or flows a provider offers, asked for once they are wanted and again with each other provider.
 * @param providerId "" while none is chosen
 */
export function useOffers<Item>(what: Offer, providerId: string, isWanted: boolean) {
  const [list, setList] = useState<OfferList<Item>>({ status: "none" });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again.
  useEffect(() => {
    if (!isWanted || !providerId) return setList({ status: "none" });
    const abort = new AbortController();
    setList({ status: "loading" });
    const address = `/chatflows/providers/${encodeURIComponent(providerId)}/${what}`;
    fetchJson<Record<Offer, Item[]>>(address, abort.signal)
      .then((answer) =>
        setList(
          answer.ok ? { status: "loaded", items: answer.data[what] } : { status: "failed", message: answer.message },
        ),
      )
      .catch(() => undefined);
    return () => abort.abort();
  }, [what, providerId, isWanted, attempt]);

  return { list, retry: () => setAttempt((count) => count + 1) };
}
