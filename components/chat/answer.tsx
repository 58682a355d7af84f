"use client";

import { lazy, Suspense, useDeferredValue } from "react";
import classes from "./conversation.module.css";

const loadMarkdown = () => import("./markdown");
const AnswerMarkdown = lazy(loadMarkdown);

/** Fetches the code that lays out Markdown, so that the first answer need not wait for it. */
export function preloadMarkdown(): void {
  // What fails now is tried again when it is needed.
  loadMarkdown().catch(() => {});
}

/** An answer as it grows. Plain text until the code for its Markdown has come. */
export function Answer({ text }: { text: string }) {
  // A long answer takes longer to draw than a token to come: those in between are skipped.
  const shown = useDeferredValue(text);
  return (
    <div className={classes.answer}>
      <Suspense fallback={<p className={classes.plain}>{shown}</p>}>
        <AnswerMarkdown text={shown} />
      </Suspense>
    </div>
  );
}
