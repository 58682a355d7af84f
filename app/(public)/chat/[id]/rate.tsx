import { IconThumbDown, IconThumbDownFilled, IconThumbUp, IconThumbUpFilled } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import classes from "./chat.module.css";
import type { Refusal } from "./post";
import type { Exchange, Rating } from "./stored";

/** @returns why it was not kept, or null */
export type RateAnswer = (exchange: Exchange, rating: Rating, content: string) => Promise<Refusal | null>;

const thumbs = [
  { rating: "THUMBS_UP", label: "Good answer", Icon: IconThumbUp, Chosen: IconThumbUpFilled },
  { rating: "THUMBS_DOWN", label: "Bad answer", Icon: IconThumbDown, Chosen: IconThumbDownFilled },
] as const;

/** Thumbs up or down, and then a comment if one likes. */
export function Rate({ exchange, onRate }: { exchange: Exchange; onRate: RateAnswer }) {
  const { rating } = exchange;
  const [isCommenting, setIsCommenting] = useState(false);
  const [said, setSaid] = useState("");
  const [isSending, setIsSending] = useState(false);

  async function send(next: Rating, content: string, done: string) {
    setIsSending(true);
    const refusal = await onRate(exchange, next, content);
    setIsSending(false);
    setSaid(refusal?.message ?? done);
    if (!refusal) setIsCommenting(content === "");
  }

  function comment(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const content = String(new FormData(event.currentTarget).get("comment")).trim();
    if (rating && content) void send(rating, content, "Thank you for telling us.");
  }

  return (
    <div className={classes.rate}>
      <div className={classes.thumbs}>
        {thumbs.map(({ rating: its, label, Icon, Chosen }) => {
          const Shown = rating === its ? Chosen : Icon;
          return (
            <button
              key={its}
              type="button"
              className={classes.thumb}
              aria-label={label}
              title={label}
              aria-pressed={rating === its}
              disabled={isSending}
              onClick={() => send(its, "", "Thank you.")}
            >
              <Shown size={18} stroke={1.6} aria-hidden="true" />
            </button>
          );
        })}
        <span className={classes.said} role="status">
          {said}
        </span>
      </div>
      {isCommenting && rating && (
        <form className={classes.comment} onSubmit={comment}>
          <input
            className={classes.field}
            name="comment"
            maxLength={4_000}
            aria-label={rating === "THUMBS_UP" ? "What was good about it?" : "What was wrong with it?"}
            placeholder={rating === "THUMBS_UP" ? "What was good about it?" : "What was wrong with it?"}
            autoComplete="off"
          />
          <button type="submit" className={classes.button} disabled={isSending}>
            Send
          </button>
        </form>
      )}
    </div>
  );
}
