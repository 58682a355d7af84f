"use client";

import { Button } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { PageHeader } from "@/components/page-header";

/** What a room's `error.tsx` shows inside the dashboard's frame, with a way to try again. */
export function LoadFailure({ title, reset }: { title: string; reset: () => void }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <>
      <PageHeader
        title={title}
        description={
          <span role="alert">
            This could not be loaded. The database may be away. Nothing was lost. Try again in a few seconds.
          </span>
        }
      />
      <Button variant="default" onClick={retry} loading={isPending}>
        Try again
      </Button>
    </>
  );
}
