"use client";

import { Button } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { PageHeader } from "@/components/page-header";
import classes from "./keys.module.css";

export default function KeysError({ reset }: { error: Error; reset: () => void }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <>
      <PageHeader title="API keys" />
      <div className={classes.empty} role="alert">
        <h2 className={classes.emptyTitle}>The keys could not be loaded</h2>
        <p className={classes.emptyText}>The database may be away. Nothing was lost. Try again in a few seconds.</p>
        <Button variant="default" onClick={retry} loading={isPending}>
          Try again
        </Button>
      </div>
    </>
  );
}
