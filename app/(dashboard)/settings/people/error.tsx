"use client";

import { LoadFailure } from "@/components/load-failure";

export default function PeopleError({ reset }: { reset: () => void }) {
  return <LoadFailure title="People" reset={reset} />;
}
