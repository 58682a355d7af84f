import { RelativeTime } from "@/components/relative-time";
import type { RefusedCallEntry } from "@/lib/refused-calls/schema";
import { sayRefusal } from "@/lib/refused-calls/wording";
import { Card } from "./card";
import classes from "./key.module.css";

/** The last calls with this key's tokens that were not let in. */
export function RefusedCallsCard({ refusals, now }: { refusals: RefusedCallEntry[]; now: Date }) {
  return (
    <Card title="Refused calls">
      {refusals.length === 0 ? (
        <p className={classes.hint}>None in the time they are kept.</p>
      ) : (
        <ul className={classes.rows}>
          {refusals.map(({ id, at, reason, address, chatflow, calls }) => (
            <li key={id} className={classes.row}>
              <span className={classes.rowMain}>
                <span title={sayRefusal(reason).advice}>{sayRefusal(reason).what}</span>
                <span className={classes.hint}>
                  {chatflow && <bdi>{chatflow.name}</bdi>}
                  {calls > 1 && ` · ${calls.toLocaleString("en")} calls`}
                </span>
              </span>
              <span className={classes.figures}>
                {address && `${address} · `}
                <RelativeTime date={at} now={now} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
