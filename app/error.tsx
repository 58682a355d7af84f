"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import classes from "./status-page.module.css";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <main className={classes.frame}>
      <h1 className={classes.title}>This page could not be loaded</h1>
      <p className={classes.text}>The database may be away. Nothing was lost. Try again in a few seconds.</p>
      <button type="button" className={classes.link} onClick={retry}>
        Try again
      </button>
    </main>
  );
}
