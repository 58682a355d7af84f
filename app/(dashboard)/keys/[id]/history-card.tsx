import { RelativeTime } from "@/components/relative-time";
import type { ActivityEvent } from "@/lib/activity/schema";
import { sayAction, sayActor } from "@/lib/activity/wording";
import { Card } from "./card";
import classes from "./key.module.css";

/** Changes shown; all of them are under Activity. */
const shown = 15;

/** What was done with the key, and by whom. */
export function HistoryCard({ events, now }: { events: ActivityEvent[]; now: Date }) {
  return (
    <Card title="History">
      <ul className={classes.rows}>
        {events.slice(0, shown).map(({ id, at, action, actor, address }) => (
          <li key={id} className={classes.row}>
            <span className={classes.rowMain}>
              <span>{sayAction(action)}</span>
              <span className={classes.hint}>
                <bdi>{sayActor(actor)}</bdi>
                {address && ` from ${address}`}
              </span>
            </span>
            <span className={classes.figures}>
              <RelativeTime date={at} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
