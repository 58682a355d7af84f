import { useEffect, useRef, useState } from "react";
import { canSeal, fitsShare } from "@/lib/shares/seal";

/** What a link's fragment turned out to be; `key` is the whole key of this share. */
export type Fragment =
  | { kind: "reading" }
  | { kind: "insecure" }
  | { kind: "incomplete" }
  | { kind: "key"; key: string };

/**
 * Reads the key out of the address, checks that it is the whole of it before anything is asked of the
 * server, and takes it out of the address bar: it stays in no history and no screenshot.
 */
export function useFragment(id: string): Fragment {
  const [fragment, setFragment] = useState<Fragment>({ kind: "reading" });
  const hasKey = useRef(false);

  useEffect(() => {
    async function read() {
      const given = location.hash.slice(1);
      // Read before: development runs effects twice, and the first run has emptied the address.
      if (given === "" && hasKey.current) return;
      if (given !== "") history.replaceState(history.state, "", location.pathname);
      if (!canSeal()) return setFragment({ kind: "insecure" });
      hasKey.current = given !== "";
      const isWhole = await fitsShare(id, given);
      setFragment(isWhole ? { kind: "key", key: given } : { kind: "incomplete" });
    }
    read();
    // The whole link pasted over a part of it loads no new page.
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, [id]);

  return fragment;
}
