"use client";

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type IssuedApiKey, keyNameSchema } from "@/lib/api-keys/schema";
import type { ActionResult } from "@/lib/auth/action";
import classes from "./api-code.module.css";
import type { KeyToCreate } from "./use-access";

interface Props {
  isSaving: boolean;
  /** Whether the key comes beside the assigned one. */
  isFurtherKey: boolean;
  createKey: (key: KeyToCreate, onAnswer: (result: ActionResult<IssuedApiKey>) => void) => void;
  onCreated: (issued: IssuedApiKey) => void;
  onCancel: () => void;
}

/** Makes a key for this chatflow, in place. */
export function CreateKeyForm({ isSaving, isFurtherKey, createKey, onCreated, onCancel }: Props) {
  const [error, setError] = useState<string | null>(null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const checked = keyNameSchema.safeParse(new FormData(event.currentTarget).get("name"));
    if (!checked.success) return setError(checked.error.issues[0]?.message ?? "Give the key a name.");
    setError(null);
    createKey({ name: checked.data, isFurtherKey }, (result) =>
      result.ok ? onCreated(result.data) : setError(result.error.message),
    );
  }

  return (
    <form className={classes.createForm} onSubmit={submit} noValidate>
      <TextInput
        label="Key name"
        name="name"
        description="Who or what will use it, such as “Website”."
        error={error}
        autoComplete="off"
        ref={(field) => field?.focus()}
        className={classes.grow}
      />
      <div className={classes.buttons}>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={isSaving}>
          Create
        </Button>
      </div>
    </form>
  );
}
