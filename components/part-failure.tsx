"use client";

import { Button } from "@mantine/core";
import { FailureAlert } from "@/components/failure-alert";
import { partUnreachable } from "@/components/use-lazy-part";

/** Stands where a part of the page should be whose code did not come. */
export function PartFailure({ onRetry, isRetrying }: { onRetry: () => void; isRetrying: boolean }) {
  return (
    <FailureAlert message={`This part is missing. ${partUnreachable}`}>
      <Button variant="default" size="xs" loading={isRetrying} onClick={onRetry}>
        Try again
      </Button>
    </FailureAlert>
  );
}
