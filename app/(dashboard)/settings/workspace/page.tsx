import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { getMaxKeyLifetime } from "@/lib/workspaces/service";
import { MaxLifetimeForm } from "./max-lifetime-form";
import { description, sayLifetime, title } from "./wording";
import classes from "./workspace.module.css";

export const metadata: Metadata = { title };

export default async function WorkspacePage() {
  const ctx = await pageContext();
  const days = await getMaxKeyLifetime(ctx);
  return (
    <>
      <PageHeader title={title} description={description} />
      <section className={classes.card} aria-labelledby="key-lifetime">
        <h2 id="key-lifetime" className={classes.cardTitle}>
          Key lifetime
        </h2>
        <p className={classes.text}>{sayLifetime(days)}</p>
        {can(ctx.actor.role, "workspace:write") ? (
          <MaxLifetimeForm key={days} savedDays={days} />
        ) : (
          <p className={classes.hint}>Owners and admins can change this.</p>
        )}
      </section>
    </>
  );
}
