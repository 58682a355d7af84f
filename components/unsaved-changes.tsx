"use client";

import { Button, Group, Modal } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useLeaveGuard } from "@/components/use-leave-guard";

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

/** Asks before a page with unsaved changes is left: by a link, by Back or Forward, by reloading or closing. */
export function UnsavedChanges({ isDirty }: { isDirty: boolean }) {
  const router = useRouter();
  /** How the page was about to be left. */
  const [held, setHeld] = useState<{ href: string } | { steps: number } | null>(null);
  const [isLeaving, setIsLeaving] = useState(false);
  const isGuarded = isDirty && !isLeaving;
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

  // Once the guard is down: it would hold this too.
  useEffect(() => {
    if (!isLeaving || !held) return;
    if ("href" in held) router.push(held.href);
    else window.history.go(held.steps);
    setHeld(null);
  }, [isLeaving, held, router]);

  return (
    <Modal opened={held !== null && !isLeaving} onClose={() => setHeld(null)} title="Leave without saving?">
      <p style={{ margin: "0 0 16px" }}>What you changed on this page is not saved yet.</p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => setIsLeaving(true)}>
          Leave
        </Button>
        <Button data-autofocus onClick={() => setHeld(null)}>
          Stay
        </Button>
      </Group>
    </Modal>
  );
}
