import { Button } from "@mantine/core";
import { memo } from "react";
import { Answer } from "@/components/chat/answer";
import conversation from "@/components/chat/conversation.module.css";
import { originOf } from "@/components/chat/origin-of";
import { Sources } from "@/components/chat/sources";
import { questionText } from "../../wording";
import classes from "./chat.module.css";
import type { Exchange } from "./use-chat";

/** A question and what became of it. */
export const Message = memo(function Message({
  exchange,
  onRetry,
}: {
  exchange: Exchange;
  onRetry: (() => void) | null;
}) {
  const { question, uploads, answer, sources, state, error } = exchange;
  return (
    <article className={conversation.exchange} aria-label={questionText(question.slice(0, 80))}>
      <div className={conversation.question}>
        {question}
        {uploads.map(({ data, name }) => (
          // biome-ignore lint/performance/noImgElement: it never leaves the browser.
          <img key={data} src={data} alt={name} />
        ))}
      </div>
      {answer && <Answer text={answer} />}
      {state === "streaming" && !answer && <p className={conversation.note}>Waiting for the first word…</p>}
      {state === "stopped" && <p className={conversation.note}>Stopped.</p>}
      <Sources sources={sources.map(originOf)} />
      <Facts exchange={exchange} />
      {error && (
        <div className={conversation.failure}>
          <p className={conversation.error}>{error}</p>
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
