import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { listUsers } from "@/lib/auth/manage-users";
import { can } from "@/lib/auth/roles";
import { InviteButton } from "./invite-button";
import { PeopleTable } from "./people-table";
import { description, title } from "./wording";

export const metadata: Metadata = { title };

export default async function PeoplePage() {
  const ctx = await pageContext();
  const people = await listUsers(ctx);
  return (
    <>
      <PageHeader title={title} description={description}>
        {can(ctx.actor.role, "members:write") && <InviteButton />}
      </PageHeader>
      <PeopleTable people={people} actor={ctx.actor} now={ctx.now} />
    </>
  );
}
