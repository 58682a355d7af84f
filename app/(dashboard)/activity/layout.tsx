import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/list/empty-state";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { ActivityTabs } from "./activity-tabs";

export default async function ActivityLayout({ children }: { children: ReactNode }) {
  const { actor } = await pageContext();
  if (!can(actor.role, "activity:read")) {
    return (
      <EmptyState
        Icon={IconLock}
        heading="h1"
        title="Your role may not read activity"
        text="It holds names and addresses of people. Ask an editor of this workspace."
      />
    );
  }
  return (
    <>
      <PageHeader title="Activity" description="What was changed, and which calls were refused." />
      <ActivityTabs />
      {children}
    </>
  );
}
