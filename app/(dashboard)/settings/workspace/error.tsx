"use client";

import { LoadFailure } from "@/components/load-failure";
import { title } from "./wording";

export default function WorkspaceError({ reset }: { reset: () => void }) {
  return <LoadFailure title={title} reset={reset} />;
}
