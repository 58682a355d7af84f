import Link from "next/link";
import { RelativeTime } from "@/components/relative-time";
import type { SessionSummary } from "@/lib/sessions/schema";
import shared from "../../chatflows.module.css";
import { questionText } from "../../wording";
import { CallerName } from "./parts";
import classes from "./sessions.module.css";

/** Conversations as rows, and as cards on a phone. */
export function SessionTable({ sessions, path, now }: { sessions: SessionSummary[]; path: string; now: Date }) {
  return (
    <div className={shared.frame}>
      <table className={`${shared.table} ${classes.table}`}>
        <caption className="visually-hidden">Conversations</caption>
        <thead>
          <tr>
            <th scope="col">Conversation</th>
            <th scope="col" className={shared.number}>
              Turns
            </th>
            <th scope="col" className={classes.caller}>
              Caller
            </th>
            <th scope="col" className={classes.time}>
              Started
            </th>
            <th scope="col" className={classes.time}>
              Last turn
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map(({ turnId, title, sessionId, turnCount, caller, startedAt, lastAt }) => (
            <tr key={turnId}>
              <td>
                {/* Hundreds of conversations are not loaded ahead for the one that is read. */}
                <Link href={`${path}/${turnId}`} className={`${shared.name} ${classes.title}`} prefetch={false}>
                  {questionText(title)}
                </Link>
                <code className={classes.sessionId}>{sessionId}</code>
              </td>
              <td className={shared.number}>
                {turnCount.toLocaleString("en")}
                <span className={shared.cellLabel}> {turnCount === 1 ? "turn" : "turns"}</span>
              </td>
              <td className={classes.caller}>
                <CallerName caller={caller} />
              </td>
              <td className={`${classes.time} ${classes.started} ${shared.dim}`}>
                <RelativeTime date={startedAt} now={now} />
              </td>
              <td className={`${classes.time} ${shared.dim}`}>
                <RelativeTime date={lastAt} now={now} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
