"use client";

import { LoadFailure } from "@/components/load-failure";

export default function ActivityError({ reset }: { error: Error; reset: () => void }) {
  return <LoadFailure title="Activity" reset={reset} />;
}
