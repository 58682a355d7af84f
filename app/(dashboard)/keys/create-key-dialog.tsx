"use client";

import { Modal } from "@mantine/core";
import { useState } from "react";
import { useSubmit } from "@/components/use-submit";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { createApiKeyAction } from "./actions";
import { type ChosenExpiry, defaultExpiry, ExpiryField } from "./expiry-field";
import { useMaxLifetimeDays } from "./key-dialogs-provider";
import { KeyNameForm } from "./key-name-form";

const unreachable =
  "Flowlatch could not be reached. Check your connection and try again. If the name is then taken, the key was made: regenerate it to get a token.";

export function CreateKeyDialog({
  onClose,
  onIssued,
}: {
  onClose: () => void;
  onIssued: (issued: IssuedApiKey) => void;
}) {
  const maxDays = useMaxLifetimeDays();
  const [initial] = useState(() => defaultExpiry(maxDays, new Date()));
  const [expiresAt, setExpiresAt] = useState<ChosenExpiry>(initial);
  const { submit, failure, setFailure, isPending } = useSubmit<IssuedApiKey>(unreachable, onIssued);

  function create(name: string) {
    if (expiresAt === undefined) return setFailure({ field: "expiresAt", message: "Choose the last day it works." });
    submit(() => createApiKeyAction({ name, expiresAt }));
  }

  return (
    // Not to be closed while the answer is on its way: it holds the token.
    <Modal opened onClose={() => isPending || onClose()} title="Create API key" returnFocus={false}>
      <KeyNameForm
        submitLabel="Create"
        description="What will use it, for example “Website” or “Billing service”. You can rename it later."
        failure={failure}
        isPending={isPending}
        onSubmit={create}
        onInvalid={setFailure}
        onCancel={onClose}
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
    </Modal>
  );
}
