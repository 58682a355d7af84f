"use client";

import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./dialog.module.css";
import { FailureAlert } from "./failure-alert";

interface Props {
  isOpen: boolean;
  title: string;
  /** What the button says: the verb, with its object where the title has none. */
  confirm: string;
  /** Why it was not done. */
  failure: string | undefined;
  isPending: boolean;
  onConfirm: () => void;
  onClose: () => void;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
}

/** Asks before something ends for good. The focus is on Cancel, and the dialog stays while the work is done. */
export function ConfirmDialog({ isOpen, title, confirm, failure, isPending, onConfirm, onClose, children }: Props) {
  return (
    <Modal opened={isOpen} onClose={() => isPending || onClose()} title={title}>
      <div className={classes.form}>
        <FailureAlert message={failure} />
        <p className={classes.text}>{children}</p>
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose} disabled={isPending} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={isPending} onClick={onConfirm}>
            {confirm}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
