import { Button } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { SourceDocument } from "@/lib/engines/engine";
import { counted } from "../../wording";
import classes from "./chat.module.css";
import type { Exchange } from "./use-chat";

const AnswerMarkdown = lazy(() => import("./markdown"));

/** A question and what became of it. */
export function Message({ exchange, onRetry }: { exchange: Exchange; onRetry: (() => void) | null }) {
  const { question, answer, sources, state, error } = exchange;
  return (
    <article className={classes.exchange} aria-label={question.slice(0, 80)}>
      <p className={classes.question}>{question}</p>
      {answer && (
        <div className={classes.answer}>
          <Suspense fallback={<p className={classes.plain}>{answer}</p>}>
            <AnswerMarkdown text={answer} />
          </Suspense>
        </div>
      )}
      {state === "streaming" && !answer && <p className={classes.note}>Looking…</p>}
      {state === "stopped" && <p className={classes.note}>Stopped.</p>}
      {sources.length > 0 && <Sources sources={sources} />}
      {error && (
        <p className={classes.error}>
          {error}{" "}
          {onRetry && (
            <Button variant="default" size="compact-sm" onClick={onRetry}>
              Try again
            </Button>
          )}
        </p>
      )}
    </article>
  );
}

function Sources({ sources }: { sources: SourceDocument[] }) {
  return (
    <details className={classes.sources}>
      <summary>{counted(sources.length, "source")}</summary>
      <ol>
        {sources.map(({ metadata }) => (
          <li key={metadata.passage}>{[metadata.source, metadata.heading].filter(Boolean).join(" › ")}</li>
        ))}
      </ol>
    </details>
  );
}
