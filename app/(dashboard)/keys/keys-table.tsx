import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import Link from "next/link";
import table from "@/components/list/table.module.css";
import { RelativeTime } from "@/components/relative-time";
import { type ApiKeySummary, type KeySort, maskToken } from "@/lib/api-keys/schema";
import { KeyActions } from "./key-actions";
import classes from "./keys.module.css";
import { ascends, type KeysQuery, sortHref } from "./query";
import { SelectAllKeys, SelectKey } from "./select-key";
import { StatusBadge } from "./status-badge";

const chatflowsNamed = 2;

interface Props {
  items: ApiKeySummary[];
  query: KeysQuery;
  canWrite: boolean;
  now: Date;
}

/** The keys: a table, and on a phone a list of cards made of the same cells. */
export function KeysTable({ items, query, canWrite, now }: Props) {
  return (
    <table className={`${table.table} ${classes.columns}`}>
      <caption className="visually-hidden">API keys</caption>
      <thead>
        <tr>
          {canWrite && (
            <th scope="col" className={classes.selectColumn}>
              <SelectAllKeys />
            </th>
          )}
          <SortHeader query={query} sort="name" label="Name" />
          <th scope="col" className={classes.tokenColumn}>
            Token
          </th>
          <th scope="col">Chatflows</th>
          <SortHeader query={query} sort="created" label="Created" />
          <SortHeader query={query} sort="used" label="Last used" />
          <th scope="col">
            <span className={`${table.actions} visually-hidden`}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((apiKey) => (
          <KeyRow key={apiKey.id} apiKey={apiKey} canWrite={canWrite} now={now} />
        ))}
      </tbody>
    </table>
  );
}

const columns: Record<KeySort, string | undefined> = {
  name: classes.nameColumn,
  created: classes.createdColumn,
  used: classes.usedColumn,
};

function SortHeader({ query, sort, label }: { query: KeysQuery; sort: KeySort; label: string }) {
  const ascending = ascends(query, sort);
  const Icon = ascending ? IconArrowUp : IconArrowDown;
  return (
    <th
      scope="col"
      className={`${table.sortable} ${columns[sort]}`}
      aria-sort={ascending === null ? undefined : ascending ? "ascending" : "descending"}
    >
      <Link href={sortHref(query, sort)} className={table.sort} prefetch={false} scroll={false}>
        {label}
        {ascending !== null && <Icon size={14} stroke={1.8} aria-hidden="true" />}
      </Link>
    </th>
  );
}

function KeyRow({ apiKey, canWrite, now }: { apiKey: ApiKeySummary; canWrite: boolean; now: Date }) {
  const { name, lastFour, tokenSource, createdAt, createdBy, lastUsedAt } = apiKey;
  return (
    <tr>
      {canWrite && (
        <td className={classes.selectCell}>
          <SelectKey id={apiKey.id} name={name} />
        </td>
      )}
      <th scope="row" className={table.nameCell}>
        <span className={classes.nameLine}>
          <Link href={`/keys/${apiKey.id}`} className={classes.nameLink} prefetch={false}>
            <bdi>{name}</bdi>
          </Link>
          <StatusBadge apiKey={apiKey} now={now} />
        </span>
      </th>
      <td data-label="Token">
        <code className={classes.token}>{maskToken(lastFour, tokenSource)}</code>
      </td>
      <td data-label="Chatflows">
        <Chatflows apiKey={apiKey} />
      </td>
      <td data-label="Created">
        <span className={classes.stack}>
          <RelativeTime date={createdAt} now={now} />
          <span className={classes.by} title={createdBy ?? undefined}>
            {createdBy ? (
              <>
                by <bdi>{createdBy}</bdi>
              </>
            ) : (
              "on the command line"
            )}
          </span>
        </span>
      </td>
      <td data-label="Last used">
        {lastUsedAt ? <RelativeTime date={lastUsedAt} now={now} /> : <span className={table.dimmed}>Never</span>}
      </td>
      <td className={table.actionsCell}>
        <KeyActions apiKey={apiKey} canWrite={canWrite} />
      </td>
    </tr>
  );
}

function Chatflows({ apiKey: { chatflows, chatflowCount } }: { apiKey: ApiKeySummary }) {
  if (chatflowCount === 0) return <span className={table.dimmed}>None</span>;
  const named = chatflows.slice(0, chatflowsNamed);
  const unnamed = chatflowCount - named.length;
  return (
    <span className={classes.chatflows}>
      {named.map(({ id, name }) => (
        <Link key={id} href={`/chatflows/${id}`} className={table.link} prefetch={false} title={name}>
          <bdi>{name}</bdi>
        </Link>
      ))}
      {unnamed > 0 && (
        <span className={table.dimmed}>
          +{unnamed.toLocaleString("en")}
          <span className="visually-hidden"> more</span>
        </span>
      )}
    </span>
  );
}
