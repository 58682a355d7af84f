import { Alert, Button } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./conflict-alert.module.css";

interface Props {
  /** Who changed what, and what became of one's own. */
  children: ReactNode;
  isPending: boolean;
  onTakeTheirs: () => void;
  /** Null while it is not known what it would replace. */
  onSaveOver: (() => void) | null;
}

/** What the second of two operators is told, and their choice between the two versions. */
export function ConflictAlert({ children, isPending, onTakeTheirs, onSaveOver }: Props) {
  return (
    <Alert color="yellow" variant="light" p="sm">
      {children}
      <div className={classes.choice}>
        <Button variant="default" size="xs" onClick={onTakeTheirs} disabled={isPending}>
          Reload their version
        </Button>
        {onSaveOver && (
          <Button variant="default" size="xs" onClick={onSaveOver} disabled={isPending}>
            Save mine over it
          </Button>
        )}
      </div>
    </Alert>
  );
}
