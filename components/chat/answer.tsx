"use client";

import { lazy, Suspense, useDeferredValue } from "react";
import { retriable } from "@/components/retriable";
import classes from "./conversation.module.css";

const loadMarkdown = () => import("./markdown").then((module) => module.default);
const AnswerMarkdown = lazy(retriable(loadMarkdown, PlainAnswer));

/** Fetches the code that lays out Markdown, so that the first answer need not wait for it. */
export function preloadMarkdown(): void {
  // What fails now is tried again when it is needed.
  loadMarkdown().catch(() => {});
}

function PlainAnswer({ text }: { text: string }) {
  return <p className={classes.plain}>{text}</p>;
}

/** An answer as it grows. Plain text until the code for its Markdown has come, or where it does not come. */
export function Answer({ text }: { text: string }) {
  // A long answer takes longer to draw than a token to come: those in between are skipped.
  const shown = useDeferredValue(text);
  return (
    <div className={classes.answer}>
      <Suspense fallback={<PlainAnswer text={shown} />}>
        <AnswerMarkdown text={shown} />
      </Suspense>
    </div>
  );
}
