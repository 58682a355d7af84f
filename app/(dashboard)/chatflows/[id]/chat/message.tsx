import { Button } from "@mantine/core";
import { lazy, memo, Suspense, useDeferredValue } from "react";
import type { SourceDocument } from "@/lib/engines/engine";
import { counted } from "../../wording";
import classes from "./chat.module.css";
import type { Exchange } from "./use-chat";

const AnswerMarkdown = lazy(() => import("./markdown"));

/** A question and what became of it. */
export const Message = memo(function Message({
  exchange,
  onRetry,
}: {
  exchange: Exchange;
  onRetry: (() => void) | null;
}) {
  const { question, uploads, answer, sources, state, error } = exchange;
  // A long answer takes longer to draw than a token to come: those in between are skipped.
  const shown = useDeferredValue(answer);
  return (
    <article className={classes.exchange} aria-label={question.slice(0, 80)}>
      <div className={classes.question}>
        {question}
        {uploads.map(({ data, name }) => (
          // biome-ignore lint/performance/noImgElement: it never leaves the browser.
          <img key={data} src={data} alt={name} />
        ))}
      </div>
      {answer && (
        <div className={classes.answer}>
          <Suspense fallback={<p className={classes.plain}>{shown}</p>}>
            <AnswerMarkdown text={shown} />
          </Suspense>
        </div>
      )}
      {state === "streaming" && !answer && <p className={classes.note}>Waiting for the first word…</p>}
      {state === "stopped" && <p className={classes.note}>Stopped.</p>}
      {sources.length > 0 && <Sources sources={sources} />}
      <Facts exchange={exchange} />
      {error && (
        <div className={classes.failure}>
          <p className={classes.error}>{error}</p>
          {onRetry && (
            <Button variant="default" size="compact-sm" onClick={onRetry}>
              Try again
            </Button>
          )}
        </div>
      )}
    </article>
  );
});

function durationText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How long it took and what it cost, as far as it is known. */
function Facts({ exchange: { firstTokenMs, totalMs, usage } }: { exchange: Exchange }) {
  if (totalMs === null) return null;
  const facts = [
    firstTokenMs !== null && `First token ${durationText(firstTokenMs)}`,
    `Total ${durationText(totalMs)}`,
    usage && `${usage.inputTokens.toLocaleString("en")} tokens in, ${usage.outputTokens.toLocaleString("en")} out`,
  ];
  return <p className={classes.facts}>{facts.filter(Boolean).join(" · ")}</p>;
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
