import { ListTable } from "@/components/list/list-table";
import table from "@/components/list/table.module.css";
import { RelativeTime } from "@/components/relative-time";
import type { Operator } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import type { UserSummary } from "@/lib/auth/schema";
import classes from "./people.module.css";
import { PersonActions } from "./person-actions";
import { roleDescriptions } from "./wording";

interface Props {
  people: UserSummary[];
  actor: Operator;
  now: Date;
}

/** The people, and who may change them. */
export function PeopleTable({ people, actor, now }: Props) {
  const canWrite = can(actor.role, "members:write");
  return (
    <>
      <ListTable
        caption="People"
        columns={["Name", "Role", "Last here"]}
        hasActions={canWrite}
        className={classes.columns}
      >
        {people.map((person) => (
          <PersonRow key={person.id} person={person} actor={actor} now={now} />
        ))}
      </ListTable>
      {!canWrite && <p className={classes.hint}>Owners and admins can invite, change and remove people.</p>}
      {canWrite && people.length === 1 && (
        <p className={classes.hint}>You are the only one here. Whoever you invite gets a link to choose a password.</p>
      )}
    </>
  );
}

function PersonRow({ person, actor, now }: Omit<Props, "people"> & { person: UserSummary }) {
  const { id, name, email, role, isInvited, lastSeenAt } = person;
  const isSelf = id === actor.userId;
  return (
    <tr>
      <th scope="row" className={table.nameCell}>
        <bdi>{name}</bdi>
        {isSelf && <span className={classes.you}> You</span>}
        <span className={classes.email}>{email}</span>
      </th>
      <td data-label="Role">{roleDescriptions[role].label}</td>
      <td data-label="Last here">
        {lastSeenAt ? (
          <RelativeTime date={lastSeenAt} now={now} />
        ) : (
          <span className={table.dimmed}>{isInvited ? "Invited" : "Never"}</span>
        )}
      </td>
      {can(actor.role, "members:write") && (
        <td className={table.actionsCell}>
          {(actor.role === "owner" || role !== "owner") && (
            <PersonActions person={person} isSelf={isSelf} byOwner={actor.role === "owner"} />
          )}
        </td>
      )}
    </tr>
  );
}
