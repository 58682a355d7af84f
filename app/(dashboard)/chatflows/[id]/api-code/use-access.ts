import { useOptimistic, useState, useTransition } from "react";
import { noAnswer } from "@/components/no-answer";
import { useSubmit } from "@/components/use-submit";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import type { ActionResult } from "@/lib/auth/action";
import { answerLost, type NewKey } from "../../../keys/new-key-form";
import { type Access, type ApiCodeChatflow, accessOfChatflow, type ChosenAccess, toAccessInput } from "./access";
import {
  addFurtherKeyAction,
  createChatflowKeyAction,
  removeFurtherKeyAction,
  setChatflowAccessAction,
} from "./actions";

const unreachable = noAnswer("Flowlatch could not be reached. Check your connection and try again.");

/** A key to be made: the assigned one, or one beside it. */
interface KeyToCreate extends NewKey {
  isFurtherKey: boolean;
}

/**
 * A chatflow's access as the dialog shows it: the choice at once, then what the page says, which
 * every save reads anew, so that a refusal rolls back and another operator's change comes in.
 */
export function useAccess(chatflow: ApiCodeChatflow, onCreated: (issued: IssuedApiKey) => void) {
  const [access, showAccess] = useOptimistic<Access>(accessOfChatflow(chatflow));
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, startSaving] = useTransition();
  const { id } = chatflow;

  function save(action: () => Promise<ActionResult<unknown>>, next?: Access) {
    setFailure(null);
    startSaving(async () => {
      if (next) showAccess(next);
      const result = await action().catch(unreachable);
      if (!result.ok) setFailure(result.error.message);
    });
  }

  function choose(next: ChosenAccess) {
    save(() => setChatflowAccessAction({ id, access: toAccessInput(next) }), next);
  }
  function addKey(apiKeyId: string) {
    save(() => addFurtherKeyAction({ id, apiKeyId }));
  }
  function removeKey(apiKeyId: string) {
    save(() => removeFurtherKeyAction({ id, apiKeyId }));
  }

  // The token comes with what the page then says of the chatflow, not before.
  const { submit, ...creation } = useSubmit<IssuedApiKey>(answerLost, (issued) => startSaving(() => onCreated(issued)));
  function createKey(key: KeyToCreate) {
    setFailure(null);
    submit(() => createChatflowKeyAction({ ...key, chatflowId: id }));
  }

  return { access, failure, isSaving: isSaving || creation.isPending, choose, addKey, removeKey, creation, createKey };
}
