import Link from "next/link";
import table from "@/components/list/table.module.css";
import { RelativeTime } from "@/components/relative-time";
import type { ReceivedLead } from "@/lib/leads/received-schema";
import classes from "../received.module.css";
import { DeleteLead } from "./delete-lead";

interface Props {
  items: ReceivedLead[];
  chatflowId: string;
  now: Date;
}

/** What a lead is called where it has to be named. */
const nameOf = ({ name, email, phone }: ReceivedLead) => name ?? email ?? phone ?? "";
const none = <span className={table.dimmed}>–</span>;

/** Visitors as rows, and as cards on a phone. */
export function LeadTable({ items, chatflowId, now }: Props) {
  return (
    <table className={`${table.table} ${classes.leads}`}>
      <caption className="visually-hidden">Leads</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Email</th>
          <th scope="col">Phone</th>
          <th scope="col">Conversation</th>
          <th scope="col">When</th>
          <th scope="col">
            <span className={`${table.actions} visually-hidden`}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((lead) => (
          <tr key={lead.id}>
            <td className={table.nameCell}>
              <bdi>{nameOf(lead)}</bdi>
            </td>
            <td data-label="Email" className={classes.text}>
              {lead.email ?? none}
            </td>
            <td data-label="Phone" className={classes.text}>
              {lead.phone ?? none}
            </td>
            <td data-label="Conversation">
              {lead.turnId ? (
                <Link
                  href={`/chatflows/${chatflowId}/sessions/${lead.turnId}`}
                  className={table.link}
                  prefetch={false}
                  aria-label={`Read the conversation of ${nameOf(lead)}`}
                >
                  Read
                </Link>
              ) : (
                none
              )}
            </td>
            <td data-label="When">
              <RelativeTime date={lead.at} now={now} />
            </td>
            <td className={table.actionsCell}>
              <DeleteLead chatflowId={chatflowId} leadId={lead.id} name={nameOf(lead)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
