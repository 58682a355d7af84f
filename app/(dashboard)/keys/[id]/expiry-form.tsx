"use client";

import type { FormEvent } from "react";
import { FailureAlert } from "@/components/failure-alert";
import { SaveButton } from "@/components/save-button";
import { toast } from "@/components/toast";
import { UnsavedChanges } from "@/components/unsaved-changes";
import type { Failure } from "@/components/use-submit";
import { sayTime } from "@/lib/api-keys/times";
import { setApiKeyExpiryAction } from "../actions";
import { type ChosenExpiry, ExpiryField } from "../expiry-field";
import { useMaxLifetimeDays } from "../key-dialogs-provider";
import { Card } from "./card";
import { ChangedMeanwhile } from "./changed-meanwhile";
import classes from "./key.module.css";
import { useKeyPart } from "./use-key-part";

const titleId = "key-expiry";

const sayExpiry = (expiresAt: Date | null) => (expiresAt ? sayTime(expiresAt) : "Never expires");

const way = {
  draftOf: (expiresAt: Date | null): ChosenExpiry => expiresAt,
  // A date that is still to be chosen is a change as well.
  contentOf: (chosen: ChosenExpiry) => (chosen === undefined ? "a date" : String(chosen?.getTime())),
  check: (chosen: ChosenExpiry): Failure | null =>
    chosen === undefined ? { field: "expiresAt", message: "Choose the last day it works." } : null,
  storedOf: (answer: { expiresAt: Date | null }) => answer.expiresAt,
  onSaved(expiresAt: Date | null) {
    const when = expiresAt ? `It stops working on ${sayTime(expiresAt)}.` : "It never expires.";
    toast({ title: "Expiry saved", message: when });
  },
};

/** When the key stops working, and a later or earlier time for it. */
export function ExpiryForm({ id, expiresAt, canWrite }: { id: string; expiresAt: Date | null; canWrite: boolean }) {
  const maxDays = useMaxLifetimeDays();
  const part = useKeyPart(expiresAt, {
    ...way,
    send: (chosen, seen) => setApiKeyExpiryAction({ id, expiresAt: chosen ?? null, seen }),
  });
  const { seen, failure, isDirty, isPending } = part;
  const isFieldFailure = failure?.field === "expiresAt";

  function save(event: FormEvent) {
    event.preventDefault();
    part.save();
  }

  return (
    <Card titleId={titleId} title="Expiry">
      <p className={classes.lead}>{sayExpiry(expiresAt)}</p>
      {canWrite && (
        <form className={classes.form} onSubmit={save} noValidate>
          <UnsavedChanges isDirty={isDirty} />
          <FailureAlert message={isFieldFailure ? null : failure?.message} />
          <ChangedMeanwhile part={part} what="expiry" stored={[sayExpiry(expiresAt)]} none="" next={titleId} />
          <ExpiryField
            key={part.draftKey}
            initial={seen}
            maxDays={maxDays}
            error={isFieldFailure ? failure.message : undefined}
            disabled={isPending}
            onChange={(chosen) => part.change(() => chosen)}
          />
          {isDirty && (
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
