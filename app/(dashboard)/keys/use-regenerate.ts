import { useState } from "react";
import { useSubmit } from "@/components/use-submit";
import type { ApiKeySummary, RegeneratedApiKey } from "@/lib/api-keys/schema";
import { regenerateApiKeyAction } from "./actions";

const unreachable =
  "No answer came back, so the old token may have stopped already. Check your connection and regenerate again to get a token you can read.";
const overtaken =
  "Somebody else regenerated this key meanwhile, so nothing was changed. It is shown as it is now: decide again.";

/** `now`: the key as somebody else left it, where nothing was changed. */
type Answer = RegeneratedApiKey | { now: ApiKeySummary };

/**
 * Gives a key a new token, unless somebody else has since it was shown: theirs is not ended unseen.
 * @param opened the key as it was shown when the dialog was opened
 */
export function useRegenerate(opened: ApiKeySummary, onIssued: (issued: RegeneratedApiKey) => void) {
  const [apiKey, setApiKey] = useState(opened);
  /** After an attempt that got no answer the newest token may be one's own, unread. */
  const [isUnsure, setIsUnsure] = useState(false);
  const { submit, failure, setFailure, isPending } = useSubmit<Answer>(unreachable, answered, ({ code }) => {
    if (code === "unreachable") setIsUnsure(true);
  });
  const { id, lastFour } = apiKey;

  function answered(answer: Answer) {
    if (!("now" in answer)) return onIssued(answer);
    setApiKey(answer.now);
    setFailure({ message: overtaken });
  }

  function regenerate(oldTokenStops: Date | null) {
    submit(() => regenerateApiKeyAction({ id, oldTokenStops, seenLastFour: isUnsure ? undefined : lastFour }));
  }

  return { apiKey, regenerate, failure, setFailure, isPending };
}
