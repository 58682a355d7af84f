"use client";

import { createContext, type ReactNode, use, useState } from "react";
import type { ApiKeySummary } from "@/lib/api-keys/schema";

/** What is known of a chosen key. */
export type ChosenKey = Pick<ApiKeySummary, "id" | "name" | "chatflows" | "chatflowCount">;

interface Selection {
  /** The keys of this page of the list. */
  keys: ChosenKey[];
  /** Those of them that are chosen. */
  chosen: ChosenKey[];
  choose: (ids: string[]) => void;
}

const KeySelection = createContext<Selection>({ keys: [], chosen: [], choose: () => {} });

export function useKeySelection() {
  return use(KeySelection);
}

/** Which keys of a page are chosen. One that leaves the page is no longer chosen: nothing unseen is changed. */
export function KeySelectionProvider({ keys, children }: { keys: ChosenKey[]; children: ReactNode }) {
  const [ids, setIds] = useState<string[]>([]);
  const chosen = keys.filter(({ id }) => ids.includes(id));
  return <KeySelection value={{ keys, chosen, choose: setIds }}>{children}</KeySelection>;
}
