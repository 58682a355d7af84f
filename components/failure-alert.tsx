import { Alert, Button } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./failure-alert.module.css";
import { updated } from "./no-answer";

interface Props {
  message: string | null | undefined;
  /** What one can do about it. */
  children?: ReactNode;
}

/** Why a dialog's work was not done; read out when it appears. */
export function FailureAlert({ message, children }: Props) {
  if (!message) return null;
  const remedy = message === updated ? <Reload /> : children;
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle size={18} aria-hidden="true" />} p="sm">
      {message}
      {remedy && <div className={classes.remedy}>{remedy}</div>}
    </Alert>
  );
}

function Reload() {
  return (
    <Button variant="default" size="xs" onClick={() => window.location.reload()}>
      Load the page again
    </Button>
  );
}
