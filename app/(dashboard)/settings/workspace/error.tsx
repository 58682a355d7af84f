"use client";

import { LoadFailure } from "@/components/load-failure";

// Every page fetches this ahead with the link to here: `wording` would bring zod, 31 kB, along.
export default function WorkspaceError({ reset }: { reset: () => void }) {
  return <LoadFailure title="Workspace" reset={reset} />;
}
