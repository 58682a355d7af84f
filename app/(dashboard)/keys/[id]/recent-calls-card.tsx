import Link from "next/link";
import { RelativeTime } from "@/components/relative-time";
import type { RecentCall } from "@/lib/api-keys/recent-calls";
import { sayOutcome } from "../../say-outcome";
import { Card } from "./card";
import classes from "./key.module.css";

function saySeconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The last calls that were let in. */
export function RecentCallsCard(props: { calls: RecentCall[]; now: Date; canReadSessions: boolean }) {
  const { calls, now, canReadSessions } = props;
  return (
    <Card title="Recent calls">
      {calls.length === 0 ? (
        <p className={classes.hint}>No call with this key is kept.</p>
      ) : (
        <ul className={classes.rows}>
          {calls.map((call) => (
            <li key={call.id} className={classes.row}>
              <span className={classes.rowMain}>
                {canReadSessions ? (
                  <Link
                    href={`/chatflows/${call.chatflow.id}/sessions/${call.id}`}
                    className={classes.link}
                    prefetch={false}
                  >
                    <bdi>{call.chatflow.name}</bdi>
                  </Link>
                ) : (
                  <bdi>{call.chatflow.name}</bdi>
                )}
                <span className={call.status === "ok" ? classes.hint : classes.failed}>
                  {sayOutcome(call.status, call.errorCode)}
                </span>
              </span>
              <span className={classes.figures}>
                {call.tokens !== null && `${call.tokens.toLocaleString("en")} tokens · `}
                {saySeconds(call.durationMs)} · <RelativeTime date={call.at} now={now} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
