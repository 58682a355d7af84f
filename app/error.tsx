"use client";

import { BrandMark } from "@/components/brand";
import { RetryButton } from "@/components/retry-button";
import classes from "./status-page.module.css";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className={classes.frame}>
      <span className={classes.mark}>
        <BrandMark size={32} />
      </span>
      <h1 className={classes.title}>This page could not be loaded</h1>
      <p className={classes.text}>The database may be away. Try again in a few seconds.</p>
      <RetryButton reset={reset} />
    </main>
  );
}
