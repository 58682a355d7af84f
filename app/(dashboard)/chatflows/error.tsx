"use client";

import { LoadFailure } from "@/components/load-failure";

export default function ChatflowsError({ reset }: { error: Error; reset: () => void }) {
  return <LoadFailure title="Chatflows" reset={reset} />;
}
