"use client";

import { Button, Group, Modal } from "@mantine/core";
import { useRouter } from "next/navigation";
import { startTransition, useEffect, useState } from "react";
import { useLeaveGuard } from "@/components/use-leave-guard";
import { useStandsForAll } from "@/components/use-stands-for-all";

/** How a page is left: by a link, or by the browser's Back or Forward. */
type Way = { href: string } | { steps: number };

/** Where a click on a link would go inside the app, or null when it opens elsewhere or stays on the page. */
function destinationOf(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target === "_blank" || link.hasAttribute("download")) return null;
  const { origin, pathname, search, hash } = new URL(link.href);
  const isElsewhere = pathname !== location.pathname || search !== location.search;
  return origin === location.origin && isElsewhere ? pathname + search + hash : null;
}

const nothing = () => {};

/**
 * Asks before a page with unsaved changes is left: by a link, by Back or Forward, by reloading or
 * closing. However many of its forms were changed, it asks once.
 */
export function UnsavedChanges({ isDirty }: { isDirty: boolean }) {
  return useStandsForAll(isDirty) && <LeaveQuestion />;
}

function LeaveQuestion() {
  const router = useRouter();
  /** How the page was about to be left. */
  const [held, setHeld] = useState<Way | null>(null);
  /** How it is being left, after all. */
  const [taken, setTaken] = useState<Way | null>(null);
  const isGuarded = taken === null;
  useLeaveGuard(isGuarded, (steps) => setHeld({ steps }), nothing);

  useEffect(() => {
    if (!isGuarded) return;
    const hold = (event: MouseEvent) => {
      const href = destinationOf(event);
      if (href === null) return;
      // Before Next's own link sees it.
      event.preventDefault();
      event.stopPropagation();
      setHeld({ href });
    };
    document.addEventListener("click", hold, { capture: true });
    return () => document.removeEventListener("click", hold, { capture: true });
  }, [isGuarded]);

  // Once the guard is down: it would hold this too. Where the page stays all the same, it goes up again.
  useEffect(() => {
    if (!taken) return;
    const arrive = () => setTaken(null);
    const arrivals = ["popstate", "pageshow"];
    for (const name of arrivals) window.addEventListener(name, arrive);
    if ("steps" in taken) window.history.go(taken.steps);
    else {
      startTransition(() => {
        router.push(taken.href);
        arrive();
      });
    }
    return () => {
      for (const name of arrivals) window.removeEventListener(name, arrive);
    };
  }, [taken, router]);

  function leave() {
    setTaken(held);
    setHeld(null);
  }

  return (
    <Modal opened={held !== null} onClose={() => setHeld(null)} title="Leave without saving?">
      <p style={{ margin: "0 0 16px" }}>What you changed on this page is not saved yet.</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={leave}>
          Leave
        </Button>
        <Button data-autofocus onClick={() => setHeld(null)}>
          Stay
        </Button>
      </Group>
    </Modal>
  );
}
