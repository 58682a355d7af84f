import { useEffect, useState } from "react";
import type { ApiKeyOption } from "@/lib/api-keys/options";

/** Milliseconds of no typing before the server is asked. */
const pauseMs = 150;

interface KeyOptions {
  keys: ApiKeyOption[];
  state: "loading" | "ready" | "failed";
}

/** The keys whose name contains the text, asked from the server while the list is open. */
export function useKeyOptions(chatflowId: string, search: string, isOpen: boolean): KeyOptions {
  const [found, setFound] = useState<KeyOptions>({ keys: [], state: "loading" });

  useEffect(() => {
    if (!isOpen) return;
    const abort = new AbortController();
    const query = new URLSearchParams({ search });
    const ask = async () => {
      const response = await fetch(`/chatflows/${chatflowId}/api-code/keys?${query}`, { signal: abort.signal });
      if (!response.ok) throw new Error(`The keys could not be read: ${response.status}`);
      const { options } = (await response.json()) as { options: ApiKeyOption[] };
      setFound({ keys: options, state: "ready" });
    };
    const timer = setTimeout(
      () => ask().catch(() => abort.signal.aborted || setFound({ keys: [], state: "failed" })),
      search === "" ? 0 : pauseMs,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [chatflowId, search, isOpen]);

  return found;
}
