"use client";

import { Modal } from "@mantine/core";
import { useSubmit } from "@/components/use-submit";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { createApiKeyAction } from "./actions";
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
  const { submit, failure, setFailure, isPending } = useSubmit<IssuedApiKey>(unreachable, onIssued);
  return (
    // Not to be closed while the answer is on its way: it holds the token.
    <Modal opened onClose={() => isPending || onClose()} title="Create API key" returnFocus={false}>
      <KeyNameForm
        submitLabel="Create"
        description="What will use it, for example “Website” or “Billing service”. You can rename it later."
        failure={failure}
        isPending={isPending}
        onSubmit={(name) => submit(() => createApiKeyAction({ name }))}
        onInvalid={setFailure}
        onCancel={onClose}
      />
    </Modal>
  );
}
