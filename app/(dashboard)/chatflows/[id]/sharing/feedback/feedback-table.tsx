import { IconThumbDown, IconThumbUp } from "@tabler/icons-react";
import Link from "next/link";
import table from "@/components/list/table.module.css";
import { RelativeTime } from "@/components/relative-time";
import type { ReceivedFeedback } from "@/lib/feedback/received-schema";
import { questionText } from "../../../wording";
import classes from "../received.module.css";

interface Props {
  items: ReceivedFeedback[];
  chatflowId: string;
  now: Date;
}

/** Ratings as rows, and as cards on a phone. */
export function FeedbackTable({ items, chatflowId, now }: Props) {
  return (
    <table className={`${table.table} ${classes.feedback}`}>
      <caption className="visually-hidden">Feedback</caption>
      <thead>
        <tr>
          <th scope="col">Question</th>
          <th scope="col">Rating</th>
          <th scope="col">Comment</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, at, rating, content, turnId, question }) => (
          <tr key={id}>
            <td>
              {/* Hundreds of conversations are not loaded ahead for the one that is read. */}
              <Link
                href={`/chatflows/${chatflowId}/sessions/${turnId}`}
                className={`${table.link} ${classes.question}`}
                prefetch={false}
              >
                {questionText(question.slice(0, 200))}
              </Link>
            </td>
            <td data-label="Rating">
              <Rating isGood={rating === "THUMBS_UP"} />
            </td>
            <td data-label="Comment" className={classes.text}>
              {content || <span className={table.dimmed}>–</span>}
            </td>
            <td data-label="When">
              <RelativeTime date={at} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Rating({ isGood }: { isGood: boolean }) {
  const Icon = isGood ? IconThumbUp : IconThumbDown;
  return (
    <span className={classes.rating} data-good={isGood}>
      <Icon size={15} stroke={1.8} aria-hidden="true" />
      {isGood ? "Good" : "Bad"}
    </span>
  );
}
