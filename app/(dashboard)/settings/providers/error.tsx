"use client";

import { LoadFailure } from "@/components/load-failure";

export default function ProvidersError({ reset }: { error: Error; reset: () => void }) {
  return <LoadFailure title="Providers" reset={reset} />;
}
