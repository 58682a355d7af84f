"use client";

import { useState } from "react";
import type { useSubmit } from "@/components/use-submit";
import { type ChosenExpiry, defaultExpiry, ExpiryField } from "./expiry-field";
import { KeyNameForm } from "./key-name-form";

/** When no answer came: the token was in it. */
export const answerLost =
  "Flowlatch could not be reached. Check your connection and try again. If the name is then taken, the key was made: regenerate it to get a token.";

export interface NewKey {
  name: string;
  expiresAt: Date | null;
}

interface Props {
  description: string;
  /** The workspace's longest lifetime in days; null for as long as one likes. */
  maxDays: number | null;
  creation: Omit<ReturnType<typeof useSubmit>, "submit">;
  onSubmit: (key: NewKey) => void;
  onCancel: () => void;
}

const fields = ["name", "expiresAt"];

/** What a key is made of, in a dialog of its own and in a chatflow's. */
export function NewKeyForm({ description, maxDays, creation, onSubmit, onCancel }: Props) {
  const [initial] = useState(() => defaultExpiry(maxDays, new Date()));
  const [expiresAt, setExpiresAt] = useState<ChosenExpiry>(initial);
  const { failure, setFailure, isPending } = creation;
  const isElsewhere = failure?.field !== undefined && !fields.includes(failure.field);

  function submit(name: string) {
    if (expiresAt === undefined) return setFailure({ field: "expiresAt", message: "Choose the last day it works." });
    onSubmit({ name, expiresAt });
  }

  return (
    <KeyNameForm
      submitLabel="Create"
      description={description}
      // That of a field which is not here is said above those which are.
      failure={isElsewhere ? { message: failure.message } : failure}
      isPending={isPending}
      onSubmit={submit}
      onInvalid={setFailure}
      onCancel={onCancel}
    >
      <ExpiryField
        initial={initial}
        maxDays={maxDays}
        error={failure?.field === "expiresAt" ? failure.message : undefined}
        onChange={(chosen) => {
          setExpiresAt(chosen);
          setFailure(null);
        }}
      />
    </KeyNameForm>
  );
}
