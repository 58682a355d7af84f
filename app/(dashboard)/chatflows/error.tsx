"use client";

import { Button } from "@mantine/core";
import { useRouter } from "next/navigation";
import { startTransition } from "react";
import classes from "./chatflows.module.css";

export default function ChatflowsError({ reset }: { error: Error; reset: () => void }) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <section className={classes.empty}>
      <h1>Chatflows could not be loaded</h1>
      <p>The database may be away. Nothing was lost. Try again in a few seconds.</p>
      <Button variant="default" onClick={retry}>
        Try again
      </Button>
    </section>
  );
}
