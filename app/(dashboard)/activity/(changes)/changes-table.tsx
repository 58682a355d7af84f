import Link from "next/link";
import table from "@/components/list/table.module.css";
import { RelativeTime } from "@/components/relative-time";
import { detailLines } from "@/lib/activity/details";
import type { ActivityEvent } from "@/lib/activity/schema";
import { sayAction, sayActor } from "@/lib/activity/wording";
import classes from "../activity.module.css";

const pathOf: Record<string, string> = { api_key: "/keys", chatflow: "/chatflows" };

/** Changes as rows, and as cards on a phone; what a change was is folded behind it. */
export function ChangesTable({ events, now }: { events: ActivityEvent[]; now: Date }) {
  return (
    <table className={`${table.table} ${classes.changes}`}>
      <caption className="visually-hidden">Changes</caption>
      <thead>
        <tr>
          <th scope="col">Change</th>
          <th scope="col">What</th>
          <th scope="col">By</th>
          <th scope="col">From</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.id}>
            <td>
              <details className={classes.details}>
                <summary className={classes.action}>{sayAction(event.action)}</summary>
                <Details event={event} />
              </details>
            </td>
            <td data-label="What">
              <Target target={event.target} />
            </td>
            <td data-label="By">
              <bdi>{sayActor(event.actor)}</bdi>
            </td>
            <td data-label="From" className={classes.address}>
              {event.address ?? <span className={table.dimmed}>–</span>}
            </td>
            <td data-label="When">
              <RelativeTime date={event.at} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Target({ target: { kind, id, name, exists } }: Pick<ActivityEvent, "target">) {
  const path = pathOf[kind];
  if (!exists || !path) return <bdi className={classes.target}>{name}</bdi>;
  return (
    <Link href={`${path}/${id}`} className={`${table.link} ${classes.target}`} prefetch={false}>
      <bdi>{name}</bdi>
    </Link>
  );
}

function Details({ event }: { event: ActivityEvent }) {
  return (
    <dl className={classes.facts}>
      {detailLines(event).map(({ label, before, after, isChange }) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>
            {isChange && (
              <>
                <span className={classes.before}>{before ?? "none"}</span> →{" "}
              </>
            )}
            {after ?? "none"}
          </dd>
        </div>
      ))}
      <div className={classes.fact}>
        <dt>Request ID</dt>
        <dd>
          <code>{event.requestId}</code>
        </dd>
      </div>
    </dl>
  );
}
