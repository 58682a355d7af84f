import { useEffect, useState } from "react";
import type { ApiKeyOption } from "@/lib/api-keys/options";
import { foldName } from "@/lib/names";
import { fetchJson } from "../../fetch-json";

/** Milliseconds of no typing before the server is asked. */
const pauseMs = 150;

interface KeyOptions {
  keys: ApiKeyOption[];
  state: "loading" | "ready" | "failed";
}

/** The keys whose name contains the text, for further use those alone that are not accepted yet, asked from the server while the list is open. */
export function useKeyOptions(
  chatflowId: string,
  search: string,
  isOpen: boolean,
  use: "assigned" | "further" = "assigned",
): KeyOptions {
  const [found, setFound] = useState<KeyOptions>({ keys: [], state: "loading" });

  useEffect(() => {
    if (!isOpen) return;
    const abort = new AbortController();
    const query = new URLSearchParams({ search, use });
    const ask = async () => {
      const address = `/chatflows/${chatflowId}/api-code/keys?${query}`;
      const answer = await fetchJson<{ options: ApiKeyOption[] }>(address, abort.signal);
      setFound(answer.ok ? { keys: answer.data.options, state: "ready" } : { keys: [], state: "failed" });
    };
    // What it throws is its own abortion.
    const timer = setTimeout(() => ask().catch(() => {}), search === "" ? 0 : pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [chatflowId, search, isOpen, use]);

  // Until the answer for what is typed now is there, the one before it holds only as far as it still fits:
  // the first choice under the arrow keys must never be one that the text has ruled out.
  return { ...found, keys: found.keys.filter(({ name }) => foldName(name).includes(foldName(search.trim()))) };
}
