"use client";

import { Modal } from "@mantine/core";
import { useLeaveGuard } from "@/components/use-leave-guard";
import { useSubmit } from "@/components/use-submit";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { createApiKeyAction } from "./actions";
import { useMaxLifetimeDays } from "./key-dialogs-provider";
import { answerLost, NewKeyForm } from "./new-key-form";

const nothing = () => {};

interface Props {
  onClose: () => void;
  onIssued: (issued: IssuedApiKey) => void;
}

export function CreateKeyDialog({ onClose, onIssued }: Props) {
  const maxDays = useMaxLifetimeDays();
  const { submit, ...creation } = useSubmit<IssuedApiKey>(answerLost, onIssued);
  const { isPending } = creation;
  // Not to be closed or left while the answer is on its way: it holds the token.
  useLeaveGuard(isPending, nothing, nothing);

  return (
    <Modal opened onClose={() => isPending || onClose()} title="Create API key" returnFocus={false}>
      <NewKeyForm
        description="What will use it, for example “Website” or “Billing service”. You can rename it later."
        maxDays={maxDays}
        creation={creation}
        onSubmit={(key) => submit(() => createApiKeyAction(key))}
        onCancel={onClose}
      />
    </Modal>
  );
}
