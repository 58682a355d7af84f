import Link from "next/link";
import { ListTable } from "@/components/list/list-table";
import table from "@/components/list/table.module.css";
import { baseUrlOf, providerKindDescriptions } from "@/lib/providers/kinds";
import type { ProviderSummary } from "@/lib/providers/schema";
import { ProviderActions } from "./provider-actions";
import classes from "./providers.module.css";

const chatflowsNamed = 2;

/** The providers, and what uses them. */
export function ProvidersTable({ providers, canWrite }: { providers: ProviderSummary[]; canWrite: boolean }) {
  return (
    <ListTable
      caption="Providers"
      columns={["Name", "Address", "API key", "Used by"]}
      hasActions={canWrite}
      className={classes.columns}
    >
      {providers.map((provider) => (
        <ProviderRow key={provider.id} provider={provider} canWrite={canWrite} />
      ))}
    </ListTable>
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
