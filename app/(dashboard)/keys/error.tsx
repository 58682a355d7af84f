"use client";

import { LoadFailure } from "@/components/load-failure";

// Here and not above: the dialogs in this room's layout, and a token in one, outlive a list that fails.
export default function KeysError({ reset }: { error: Error; reset: () => void }) {
  return <LoadFailure title="API keys" reset={reset} />;
}
