"use client";

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useRef } from "react";
import classes from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import type { Failure } from "@/components/use-submit";
import { keyNameSchema } from "@/lib/api-keys/schema";

interface Props {
  submitLabel: string;
  initialName?: string;
  description: string;
  failure: Failure | null;
  isPending: boolean;
  /** Called with a name that passed the check. */
  onSubmit: (name: string) => void;
  onInvalid: (failure: Failure) => void;
  onCancel: () => void;
  /** Further fields, under the name. */
  children?: ReactNode;
}

/** A key's name, in two dialogs. Checks with the schema the server checks with. */
export function KeyNameForm(props: Props) {
  const { submitLabel, initialName, description, failure, isPending, onSubmit, onInvalid, onCancel, children } = props;
  const fieldRef = useRef<HTMLInputElement>(null);
  const isFieldFailure = failure?.field === "name";

  function submit(event: FormEvent) {
    event.preventDefault();
    const checked = keyNameSchema.safeParse(fieldRef.current?.value);
    if (checked.success) return onSubmit(checked.data);
    onInvalid({ field: "name", message: checked.error.issues[0]?.message ?? "This name cannot be used." });
    fieldRef.current?.focus();
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <FailureAlert message={failure?.field ? null : failure?.message} />
      <TextInput
        ref={fieldRef}
        label="Key name"
        description={description}
        defaultValue={initialName}
        onFocus={(event) => event.currentTarget.select()}
        error={isFieldFailure && <span role="alert">{failure.message}</span>}
        autoComplete="off"
        data-1p-ignore
        data-autofocus
        // Not every dialog opens with it.
        autoFocus
      />
      {children}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onCancel} disabled={isPending}>
          Cancel
        </Button>
        <Button type="submit" loading={isPending}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
