import { useOptimistic, useState, useTransition } from "react";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import type { ActionResult } from "@/lib/auth/action";
import { type Access, type ApiCodeChatflow, accessOfChatflow, toAccessInput } from "./access";
import { createChatflowKeyAction, setChatflowAccessAction } from "./actions";

const unreachable = {
  ok: false,
  error: { code: "unreachable", message: "Flowlatch could not be reached. Check your connection and try again." },
} as const;

/**
 * A chatflow's access as the dialog shows it: the choice at once, then what the page says, which
 * every save reads anew, so that a refusal rolls back and another operator's change comes in.
 */
export function useAccess(chatflow: ApiCodeChatflow) {
  const [access, showAccess] = useOptimistic<Access>(accessOfChatflow(chatflow));
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, startSaving] = useTransition();

  function choose(next: Access) {
    setFailure(null);
    startSaving(async () => {
      showAccess(next);
      const input = { id: chatflow.id, access: toAccessInput(next) };
      const result = await setChatflowAccessAction(input).catch(() => unreachable);
      if (!result.ok) setFailure(result.error.message);
    });
  }

  function createKey(name: string, onAnswer: (result: ActionResult<IssuedApiKey>) => void) {
    setFailure(null);
    startSaving(async () => {
      const result = await createChatflowKeyAction({ name, chatflowId: chatflow.id }).catch(() => unreachable);
      startSaving(() => onAnswer(result));
    });
  }

  return { access, failure, isSaving, choose, createKey };
}
