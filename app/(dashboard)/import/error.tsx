"use client";

import { LoadFailure } from "@/components/load-failure";

export default function ImportError({ reset }: { reset: () => void }) {
  return <LoadFailure title="Import from Flowise" reset={reset} />;
}
