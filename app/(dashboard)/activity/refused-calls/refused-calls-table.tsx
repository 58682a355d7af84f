import Link from "next/link";
import table from "@/components/list/table.module.css";
import { RelativeTime } from "@/components/relative-time";
import type { NamedParty, RefusedCallEntry } from "@/lib/refused-calls/schema";
import { sayRefusal } from "@/lib/refused-calls/wording";
import classes from "../activity.module.css";

/** Refused calls as rows, and as cards on a phone; what to do about one is folded behind it. */
export function RefusedCallsTable({ calls, now }: { calls: RefusedCallEntry[]; now: Date }) {
  return (
    <table className={`${table.table} ${classes.refused}`}>
      <caption className="visually-hidden">Refused calls</caption>
      <thead>
        <tr>
          <th scope="col">Reason</th>
          <th scope="col">Key</th>
          <th scope="col">Chatflow</th>
          <th scope="col">From</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <tr key={call.id}>
            <td>
              <details className={classes.details}>
                <summary>
                  <span className={classes.action}>{sayRefusal(call.reason).what}</span>
                  {call.calls > 1 && <span className={table.dimmed}> {call.calls.toLocaleString("en")} calls</span>}
                </summary>
                <dl className={classes.facts}>
                  <div className={classes.fact}>
                    <dt>What to do</dt>
                    <dd>{sayRefusal(call.reason).advice}</dd>
                  </div>
                  <div className={classes.fact}>
                    <dt>Request ID</dt>
                    <dd>
                      <code>{call.requestId}</code>
                    </dd>
                  </div>
                </dl>
              </details>
            </td>
            <td data-label="Key">
              <span className={classes.stack}>
                <Party party={call.apiKey} path="/keys" />
                {call.lastFour && <code className={table.dimmed}>…{call.lastFour}</code>}
              </span>
            </td>
            <td data-label="Chatflow">
              <Party party={call.chatflow} path="/chatflows" />
            </td>
            <td data-label="From" className={classes.address}>
              {call.address ?? <span className={table.dimmed}>{call.calls > 1 ? "Many addresses" : "–"}</span>}
            </td>
            <td data-label="When">
              <RelativeTime date={call.at} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Party({ party, path }: { party: NamedParty | null; path: string }) {
  if (!party) return <span className={table.dimmed}>–</span>;
  if (!party.exists) return <bdi className={classes.target}>{party.name}</bdi>;
  return (
    <Link href={`${path}/${party.id}`} className={table.link} prefetch={false} title={party.name}>
      <bdi>{party.name}</bdi>
    </Link>
  );
}
