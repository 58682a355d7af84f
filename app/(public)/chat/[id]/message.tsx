import { memo } from "react";
import { Answer } from "@/components/chat/answer";
import conversation from "@/components/chat/conversation.module.css";
import { Sources } from "@/components/chat/sources";
import classes from "./chat.module.css";
import { Rate, type RateAnswer } from "./rate";
import { Retry } from "./retry";
import type { Exchange } from "./stored";

interface Props {
  exchange: Exchange;
  onRetry: (() => void) | null;
  /** Keeps what the visitor thought of the answer; null where nobody asks. */
  onRate: RateAnswer | null;
}

/** A question and what became of it. */
export const Message = memo(function Message({ exchange, onRetry, onRate }: Props) {
  const { question, answer, sources, state, error } = exchange;
  return (
    <article className={conversation.exchange} aria-label={question.slice(0, 80)}>
      <p className={`${conversation.question} ${classes.question}`}>{question}</p>
      {answer && <Answer text={answer} />}
      {state === "streaming" && !answer && (
        <p className={classes.waiting}>
          <span className="visually-hidden">The answer is on its way</span>
        </p>
      )}
      {state === "stopped" && <p className={conversation.note}>Stopped.</p>}
      <Sources sources={sources} />
      {onRate && exchange.messageId && <Rate exchange={exchange} onRate={onRate} />}
      {error && (
        <div className={conversation.failure}>
          <p className={conversation.error}>{error}</p>
          {onRetry && <Retry retryAt={exchange.retryAt} onRetry={onRetry} />}
        </div>
      )}
    </article>
  );
});
