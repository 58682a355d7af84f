"use client";

import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import classes from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { stopOldTokenAction } from "../actions";

/** Ends an overlap before its time, once confirmed. `masked`: the old token as it is shown. */
export function StopOldToken({ id, masked }: { id: string; masked: string }) {
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
      <Modal opened={isAsking} onClose={() => isPending || setIsAsking(false)} title="Stop the old token now?">
        <div className={classes.form}>
          <FailureAlert message={failure?.message} />
          <p className={classes.text}>
            Callers that still send <code className={classes.code}>{masked}</code> are refused from the next call on.
            The new token goes on working. This cannot be undone.
          </p>
          <div className={classes.buttons}>
            <Button variant="default" disabled={isPending} data-autofocus onClick={() => setIsAsking(false)}>
              Cancel
            </Button>
            <Button color="red" loading={isPending} onClick={() => submit(() => stopOldTokenAction({ id }))}>
              Stop now
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}
