import { Button } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { useHydrated } from "@/components/use-hydrated";
import classes from "./auth.module.css";
import { FormAlert } from "./form-alert";

interface Props {
  /** What went wrong with the form as a whole. */
  failure: string | null;
  /** What is wrong with its fields; a new object each time it is sent. */
  errors: object;
  /** What the button says. */
  action: string;
  isPending: boolean;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  /** Its fields. */
  children: ReactNode;
}

/** A form with a password in it, which reaches no address, not even before the page's script is there. */
export function AuthForm({ failure, errors, action, isPending, onSubmit, children }: Props) {
  const isHydrated = useHydrated();
  const form = useRef<HTMLFormElement>(null);

  // What is wrong is where one goes on.
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);

  return (
    <form ref={form} className={classes.form} method="post" onSubmit={onSubmit} noValidate>
      <FormAlert message={failure} />
      {children}
      <Button type="submit" className={classes.submit} loading={isPending} disabled={!isHydrated} mt={4} fullWidth>
        {action}
      </Button>
      <noscript>
        <p className={classes.note}>This page needs JavaScript.</p>
      </noscript>
    </form>
  );
}
