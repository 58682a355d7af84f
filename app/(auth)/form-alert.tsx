import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import classes from "./auth.module.css";

/** What went wrong with a form as a whole; read out when it appears. */
export function FormAlert({ message }: { message: string | null }) {
  return (
    <div className={classes.failure} aria-live="assertive">
      {message && (
        <Alert color="red" variant="light" icon={<IconAlertCircle size={18} aria-hidden="true" />} p="sm">
          {message}
        </Alert>
      )}
    </div>
  );
}
