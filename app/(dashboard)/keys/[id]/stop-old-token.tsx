"use client";

import { Button } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import classes from "@/components/dialog.module.css";
import { toast } from "@/components/toast";
import { useFocusAfter } from "@/components/use-focus-after";
import { useSubmit } from "@/components/use-submit";
import { stopOldTokenAction } from "../actions";

interface Props {
  id: string;
  /** The old token as it is shown. */
  masked: string;
  /** The id of what has the focus once the old token is gone, and this with it. */
  next: string;
}

/** Ends an overlap before its time, once confirmed. */
export function StopOldToken({ id, masked, next }: Props) {
  useFocusAfter(next);
  const [isAsking, setIsAsking] = useState(false);
  const { submit, failure, isPending } = useSubmit<{ stopped: string | null }>(
    "Flowlatch could not be reached. Check your connection and try again.",
    () => {
      setIsAsking(false);
      toast({ title: "Old token stopped", message: `${masked} is refused from the next call on.` });
    },
  );
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setIsAsking(true)}>
        Stop old token now
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title="Stop the old token now?"
        confirm="Stop now"
        failure={failure?.message}
        isPending={isPending}
        onConfirm={() => submit(() => stopOldTokenAction({ id }))}
        onClose={() => setIsAsking(false)}
      >
        Callers that still send <code className={classes.code}>{masked}</code> are refused from the next call on. The
        new token goes on working. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}
