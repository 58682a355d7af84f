import { IconLock } from "@tabler/icons-react";
import type { Metadata } from "next";
import { EmptyState } from "@/components/list/empty-state";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { listProviderOptions } from "@/lib/providers/options";
import { ImportSteps } from "./import-steps";
import { description, title } from "./wording";

export const metadata: Metadata = { title };

export default async function ImportPage() {
  const ctx = await pageContext();
  const { role } = ctx.actor;
  if (!can(role, "keys:write") || !can(role, "chatflows:write")) {
    const text = "Importing makes keys and chatflows. Ask an editor or an admin of this workspace.";
    return (
      <>
        <PageHeader title={title} description={description} />
        <EmptyState Icon={IconLock} title="Your role may look at things here, but not import" text={text} />
      </>
    );
  }
  const servers = (await listProviderOptions(ctx)).filter(({ kind }) => kind === "flowise");
  return (
    <>
      <PageHeader title={title} description={description} />
      <ImportSteps servers={servers.map(({ id, name }) => ({ id, name }))} canConnect={can(role, "providers:write")} />
    </>
  );
}
