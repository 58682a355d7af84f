import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { BackLink } from "@/components/back-link";
import { PageHeader } from "@/components/page-header";
import { listActivity } from "@/lib/activity/list";
import { getApiKey } from "@/lib/api-keys/detail";
import { peekLimits } from "@/lib/api-keys/peek-limits";
import { listRecentCalls } from "@/lib/api-keys/recent-calls";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { AppError } from "@/lib/errors";
import { recentRefusals } from "@/lib/refused-calls/list";
import { AddressesForm } from "./addresses-form";
import { ChatflowsCard } from "./chatflows-card";
import { ExpiryForm } from "./expiry-form";
import { HistoryCard } from "./history-card";
import classes from "./key.module.css";
import { KeyPageActions } from "./key-page-actions";
import { KeyStatus } from "./key-status";
import { LimitsCard } from "./limits-card";
import { RecentCallsCard } from "./recent-calls-card";
import { RefusedCallsCard } from "./refused-calls-card";
import { TokensCard } from "./tokens-card";

interface Props {
  params: Promise<{ id: string }>;
}

/** The key, read once a request; another workspace's is as unknown as a deleted one. */
const load = cache(async (id: string) => {
  const ctx = await pageContext();
  try {
    return { ctx, apiKey: await getApiKey(ctx, id) };
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { apiKey } = await load((await params).id);
  return { title: apiKey.name };
}

export default async function KeyPage({ params }: Props) {
  const { ctx, apiKey } = await load((await params).id);
  const { id, name, limits } = apiKey;
  const { now } = ctx;
  const canWrite = can(ctx.actor.role, "keys:write");
  const canReadActivity = can(ctx.actor.role, "activity:read");
  const [limitStates, calls, refusals, history] = await Promise.all([
    peekLimits(ctx.db, id, limits, now),
    listRecentCalls(ctx, id),
    canReadActivity ? recentRefusals(ctx, { apiKeyId: id }) : null,
    canReadActivity ? listActivity(ctx, { targetId: id }) : null,
  ]);
  return (
    <>
      <BackLink href="/keys">API keys</BackLink>
      <PageHeader title={name} description={<KeyStatus apiKey={apiKey} now={now} />}>
        <KeyPageActions apiKey={apiKey} canWrite={canWrite} />
      </PageHeader>
      <div className={classes.columns}>
        <div className={classes.column}>
          <TokensCard apiKey={apiKey} canWrite={canWrite} now={now} />
          <LimitsCard id={id} limits={limits} states={limitStates} canWrite={canWrite} />
          <RecentCallsCard calls={calls} now={now} canReadSessions={can(ctx.actor.role, "sessions:read")} />
          {refusals && <RefusedCallsCard refusals={refusals} now={now} />}
        </div>
        <div className={classes.column}>
          <ExpiryForm id={id} expiresAt={apiKey.expiresAt} canWrite={canWrite} />
          <ChatflowsCard apiKey={apiKey} />
          <AddressesForm
            id={id}
            allowedAddresses={apiKey.allowedAddresses}
            ownAddress={ctx.address}
            canWrite={canWrite}
          />
          {history && <HistoryCard events={history.items} now={now} />}
        </div>
      </div>
    </>
  );
}
