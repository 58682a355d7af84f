import Link from "next/link";
import type { ChatflowSummary } from "@/lib/chatflows/schema";
import { AccessBadge } from "./access-badge";
import classes from "./chatflows.module.css";
import { agoText, engineNames } from "./wording";

/** Chatflows as rows, and as cards on a phone. */
export function ChatflowTable({ chatflows, now }: { chatflows: ChatflowSummary[]; now: Date }) {
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <caption className="visually-hidden">Chatflows</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Access</th>
            <th scope="col" className={classes.engine}>
              Engine
            </th>
            <th scope="col" className={classes.number}>
              Documents
            </th>
            <th scope="col" className={classes.updated}>
              Updated
            </th>
          </tr>
        </thead>
        <tbody>
          {chatflows.map(({ id, name, access, apiKey, furtherKeys, engineKind, documentCount, updatedAt }) => (
            <tr key={id}>
              <td>
                <Link href={`/chatflows/${id}`} className={classes.name}>
                  {name}
                </Link>
              </td>
              <td className={classes.access}>
                <AccessBadge access={access} apiKey={apiKey} furtherKeys={furtherKeys} />
              </td>
              <td className={`${classes.engine} ${classes.dim}`}>{engineNames[engineKind]}</td>
              <td className={classes.number}>
                {documentCount.toLocaleString("en")}
                <span className={classes.cellLabel}> {documentCount === 1 ? "document" : "documents"}</span>
              </td>
              <td className={`${classes.updated} ${classes.dim}`}>
                <span className={classes.cellLabel}>Updated </span>
                <time dateTime={updatedAt.toISOString()} title={updatedAt.toUTCString()}>
                  {agoText(updatedAt, now)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
