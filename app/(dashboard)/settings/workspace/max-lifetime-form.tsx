"use client";

import { Checkbox, NumberInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { FailureAlert } from "@/components/failure-alert";
import { unreachable } from "@/components/no-answer";
import { SaveButton } from "@/components/save-button";
import { toast } from "@/components/toast";
import { UnsavedChanges } from "@/components/unsaved-changes";
import { useSubmit } from "@/components/use-submit";
import { setMaxKeyLifetimeSchema } from "@/lib/workspaces/schema";
import { setMaxKeyLifetimeAction } from "./actions";
import { sayLifetime } from "./wording";
import classes from "./workspace.module.css";

/** Days offered when a limit is first set. */
const firstDays = 90;

const fieldId = "keys-must-expire";

/** How long keys may go on working. Checks with the schema the server checks with. */
export function MaxLifetimeForm({ savedDays }: { savedDays: number | null }) {
  const [isLimited, setIsLimited] = useState(savedDays !== null);
  const [typed, setTyped] = useState<number | string>(savedDays ?? firstDays);
  const { submit, failure, setFailure, isPending } = useSubmit<{ days: number | null }>(unreachable, ({ days }) =>
    toast({ title: "Key lifetime saved", message: sayLifetime(days) }),
  );
  const days = isLimited ? typed : null;
  const isChanged = days !== savedDays;
  const isFieldFailure = failure?.field === "days";

  function save(event: FormEvent) {
    event.preventDefault();
    const checked = setMaxKeyLifetimeSchema.safeParse({ days });
    if (checked.success) return submit(() => setMaxKeyLifetimeAction(checked.data));
    setFailure({ field: "days", message: checked.error.issues[0]?.message ?? "" });
  }

  return (
    <form className={classes.form} onSubmit={save} noValidate>
      <UnsavedChanges isDirty={isChanged && !isPending} />
      <FailureAlert message={isFieldFailure ? null : failure?.message} />
      <Checkbox
        id={fieldId}
        label="Keys must expire"
        description="Holds for new keys and for every expiry set from now on. Existing keys keep theirs."
        checked={isLimited}
        disabled={isPending}
        onChange={({ currentTarget: { checked } }) => {
          setIsLimited(checked);
          setFailure(null);
        }}
      />
      {isLimited && (
        <NumberInput
          label="Longest lifetime in days"
          className={classes.days}
          value={typed}
          disabled={isPending}
          min={1}
          clampBehavior="none"
          hideControls
          error={isFieldFailure && <span role="alert">{failure.message}</span>}
          onChange={(value) => {
            setTyped(value);
            setFailure(null);
          }}
        />
      )}
      {isChanged && (
        <div>
          <SaveButton isPending={isPending} next={fieldId}>
            Save
          </SaveButton>
        </div>
      )}
    </form>
  );
}
