"use client";

import { type FormEvent, useState } from "react";
import { FailureAlert } from "@/components/failure-alert";
import { unreachable } from "@/components/no-answer";
import { SaveButton } from "@/components/save-button";
import { toast } from "@/components/toast";
import { UnsavedChanges } from "@/components/unsaved-changes";
import { useSubmit } from "@/components/use-submit";
import { sayTime } from "@/lib/api-keys/times";
import { setApiKeyExpiryAction } from "../actions";
import { type ChosenExpiry, ExpiryField } from "../expiry-field";
import { useMaxLifetimeDays } from "../key-dialogs-provider";
import { Card } from "./card";
import classes from "./key.module.css";

const titleId = "key-expiry";

/** When the key stops working, and a later or earlier time for it. */
export function ExpiryForm({ id, expiresAt, canWrite }: { id: string; expiresAt: Date | null; canWrite: boolean }) {
  const maxDays = useMaxLifetimeDays();
  const [chosen, setChosen] = useState<ChosenExpiry>(expiresAt);
  const { submit, failure, setFailure, isPending } = useSubmit<{ expiresAt: Date | null }>(unreachable, (saved) => {
    const when = saved.expiresAt ? `It stops working on ${sayTime(saved.expiresAt)}.` : "It never expires.";
    toast({ title: "Expiry saved", message: when });
  });
  // A date that is still to be chosen is a change as well.
  const isChanged = chosen === undefined || chosen?.getTime() !== expiresAt?.getTime();
  const isFieldFailure = failure?.field === "expiresAt";

  function save(event: FormEvent) {
    event.preventDefault();
    if (chosen === undefined) return setFailure({ field: "expiresAt", message: "Choose the last day it works." });
    submit(() => setApiKeyExpiryAction({ id, expiresAt: chosen }));
  }

  return (
    <Card titleId={titleId} title="Expiry">
      <p className={classes.lead}>{expiresAt ? sayTime(expiresAt) : "Never expires"}</p>
      {canWrite && (
        <form className={classes.form} onSubmit={save} noValidate>
          <UnsavedChanges isDirty={isChanged && !isPending} />
          <FailureAlert message={isFieldFailure ? null : failure?.message} />
          <ExpiryField
            initial={expiresAt}
            maxDays={maxDays}
            error={isFieldFailure ? failure.message : undefined}
            onChange={(next) => {
              setChosen(next);
              setFailure(null);
            }}
          />
          {isChanged && (
            <div className={classes.foot}>
              <SaveButton isPending={isPending} next={titleId}>
                Save expiry
              </SaveButton>
            </div>
          )}
        </form>
      )}
    </Card>
  );
}
