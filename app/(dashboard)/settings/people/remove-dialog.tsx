"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import dialog from "@/components/dialog.module.css";
import { unreachable } from "@/components/no-answer";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import type { UserSummary } from "@/lib/auth/schema";
import { removeUserAction } from "./actions";

/** Removes somebody. */
export function RemoveDialog({ person, onClose }: { person: UserSummary; onClose: () => void }) {
  const [removed, setRemoved] = useState<{ name: string } | null>(null);
  const { submit, failure, isPending } = useSubmit<{ name: string }>(unreachable, setRemoved);
  const onRemoved = useEffectEvent(({ name }: { name: string }) => {
    onClose();
    toast({ title: "Removed", message: `“${name}” can no longer sign in.` });
  });
  // Once the list behind has changed: the row's own button, which had the focus, is then gone.
  useEffect(() => {
    if (removed && !isPending) onRemoved(removed);
  }, [removed, isPending]);
  return (
    <ConfirmDialog
      isOpen
      title="Remove person"
      confirm="Remove"
      failure={failure?.message}
      isPending={isPending}
      onConfirm={() => submit(() => removeUserAction({ id: person.id }))}
      onClose={onClose}
    >
      <bdi className={dialog.name}>{person.name}</bdi> is signed out everywhere at once and cannot sign in again. Keys
      and chatflows they made go on working. A token they have seen still works: regenerate the keys it belongs to.
    </ConfirmDialog>
  );
}
