"use client";

import { Modal } from "@mantine/core";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { renameApiKeyAction } from "./actions";
import { KeyNameForm } from "./key-name-form";

export function RenameKeyDialog({ apiKey, onClose }: { apiKey: ApiKeySummary; onClose: () => void }) {
  const { submit, failure, setFailure, isPending } = useSubmit<{ name: string }>(
    "Flowlatch could not be reached. Check your connection and try again.",
    ({ name }) => {
      onClose();
      toast({ title: "Key renamed", message: `It is called “${name}” now. Its token stays the same.` });
    },
  );
  return (
    <Modal opened onClose={() => isPending || onClose()} title="Rename API key" returnFocus={false}>
      <KeyNameForm
        submitLabel="Rename"
        initialName={apiKey.name}
        description="The token and the chatflows that use it stay as they are."
        failure={failure}
        isPending={isPending}
        onSubmit={(name) => submit(() => renameApiKeyAction({ id: apiKey.id, name }))}
        onInvalid={setFailure}
        onCancel={onClose}
      />
    </Modal>
  );
}
