import { IconPlug } from "@tabler/icons-react";
import type { Metadata } from "next";
import { EmptyState } from "@/components/list/empty-state";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { listProviders } from "@/lib/providers/list";
import { AddProviderButton } from "./add-provider-button";
import { ProvidersTable } from "./providers-table";
import { description } from "./wording";

export const metadata: Metadata = { title: "Providers" };

export default async function ProvidersPage() {
  const ctx = await pageContext();
  const providers = await listProviders(ctx);
  const canWrite = can(ctx.actor.role, "providers:write");
  const isEmpty = providers.length === 0;
  return (
    <>
      <PageHeader title="Providers" description={description}>
        {canWrite && !isEmpty && <AddProviderButton />}
      </PageHeader>
      {isEmpty ? <Empty canWrite={canWrite} /> : <ProvidersTable providers={providers} canWrite={canWrite} />}
    </>
  );
}

function Empty({ canWrite }: { canWrite: boolean }) {
  const text =
    "Add OpenAI, Anthropic, Google, or a server of your own such as Ollama, and chatflows can answer with its models. Add a Flowise server, and its flows can be guarded.";
  const ask = "Your role may look at providers but not add one: ask an admin of this workspace.";
  return (
    <EmptyState Icon={IconPlug} title="No providers yet" text={canWrite ? text : `${text} ${ask}`}>
      {canWrite && <AddProviderButton />}
    </EmptyState>
  );
}
