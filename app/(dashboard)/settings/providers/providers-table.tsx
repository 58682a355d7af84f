import Link from "next/link";
import table from "@/components/list/table.module.css";
import { baseUrlOf, providerKindDescriptions } from "@/lib/providers/kinds";
import type { ProviderSummary } from "@/lib/providers/schema";
import { ProviderActions } from "./provider-actions";
import classes from "./providers.module.css";

const chatflowsNamed = 2;

/** The providers: a table, and on a phone a list of cards made of the same cells. */
export function ProvidersTable({ providers, canWrite }: { providers: ProviderSummary[]; canWrite: boolean }) {
  return (
    <table className={`${table.table} ${classes.columns}`}>
      <caption className="visually-hidden">Providers</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Address</th>
          <th scope="col">API key</th>
          <th scope="col">Used by</th>
          {canWrite && (
            <th scope="col">
              <span className={`${table.actions} visually-hidden`}>Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {providers.map((provider) => (
          <ProviderRow key={provider.id} provider={provider} canWrite={canWrite} />
        ))}
      </tbody>
    </table>
  );
}

function ProviderRow({ provider, canWrite }: { provider: ProviderSummary; canWrite: boolean }) {
  const { name, kind, hasApiKey } = provider;
  return (
    <tr>
      <th scope="row" className={table.nameCell}>
        <bdi>{name}</bdi>
        <span className={classes.kind}>{providerKindDescriptions[kind].label}</span>
      </th>
      <td data-label="Address">
        <span className={classes.address} title={baseUrlOf(provider)}>
          {baseUrlOf(provider).replace(/^https:\/\//, "")}
        </span>
      </td>
      <td data-label="API key">
        {hasApiKey ? <span className={classes.set}>Set</span> : <span className={table.dimmed}>None</span>}
      </td>
      <td data-label="Used by">
        <Chatflows provider={provider} />
      </td>
      {canWrite && (
        <td className={table.actionsCell}>
          <ProviderActions provider={provider} />
        </td>
      )}
    </tr>
  );
}

function Chatflows({ provider: { chatflows, chatflowCount } }: { provider: ProviderSummary }) {
  if (chatflowCount === 0) return <span className={table.dimmed}>No chatflow</span>;
  const named = chatflows.slice(0, chatflowsNamed);
  const unnamed = chatflowCount - named.length;
  return (
    <ul className={classes.chatflows}>
      {named.map(({ id, name, model }) => (
        <li key={id} className={classes.use}>
          <Link href={`/chatflows/${id}`} className={`${table.link} ${classes.chatflow}`} prefetch={false} title={name}>
            <bdi>{name}</bdi>
          </Link>
          <span className={classes.model} title={model}>
            {model}
          </span>
        </li>
      ))}
      {unnamed > 0 && <li className={table.dimmed}>and {unnamed.toLocaleString("en")} more</li>}
    </ul>
  );
}
