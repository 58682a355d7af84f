"use client";

import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./api-code.module.css";

interface Props {
  title: string;
  children: ReactNode;
  no: string;
  yes: string;
  onNo: () => void;
  onYes: () => void;
}

/** Asks before something that cannot be taken back unseen. The harmless answer has the focus. */
export function Question({ title, children, no, yes, onNo, onYes }: Props) {
  return (
    <Modal opened onClose={onNo} title={title} size="sm" zIndex={300} returnFocus={false} withCloseButton={false}>
      <div className={classes.question}>{children}</div>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onNo} data-autofocus>
          {no}
        </Button>
        <Button color="red" onClick={onYes}>
          {yes}
        </Button>
      </div>
    </Modal>
  );
}
