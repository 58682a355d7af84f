"use client";

import { Button, Group, Modal } from "@mantine/core";
import { useRouter } from "next/navigation";
import { startTransition, useEffect, useState } from "react";
import { useLeaveGuard, type Way } from "@/components/use-leave-guard";
import { useStandsForAll } from "@/components/use-stands-for-all";

const nothing = () => {};

/**
 * Asks before a page with unsaved changes is left: by a link, by Back or Forward, by signing out, by reloading or
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
  useLeaveGuard(isGuarded, setHeld, nothing);

  // Once the guard is down: it would hold this too. Where the page stays all the same, it goes up again.
  useEffect(() => {
    if (!taken) return;
    const arrive = () => setTaken(null);
    const arrivals = ["popstate", "pageshow"];
    for (const name of arrivals) window.addEventListener(name, arrive);
    if ("steps" in taken) window.history.go(taken.steps);
    else if ("act" in taken) {
      taken.act();
      arrive();
    } else {
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
