import { IconMessages, IconSearchOff } from "@tabler/icons-react";
import type { Metadata } from "next";
import { BackLink } from "@/components/back-link";
import { ClearSearch } from "@/components/list/clear-search";
import { EmptyPage } from "@/components/list/empty-page";
import { EmptyState } from "@/components/list/empty-state";
import classes from "@/components/list/list.module.css";
import { listHref, Pager } from "@/components/list/pager";
import { isContinued } from "@/components/list/read-query";
import { SearchField } from "@/components/list/search-field";
import { PageHeader } from "@/components/page-header";
import { listSessions } from "@/lib/sessions/list";
import { getRetention } from "@/lib/sessions/retention";
import { ForgetSession } from "./forget-session";
import { loadChatflow, orNotFound } from "./load";
import { NotYours } from "./parts";
import { RetentionForm } from "./retention-form";
import { SessionTable } from "./session-table";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Partial<Record<"q" | "after" | "before", string>>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { chatflow } = await loadChatflow((await params).id);
  return { title: `Conversations of ${chatflow.name}` };
}

export default async function SessionsPage({ params, searchParams }: Props) {
  const { ctx, chatflow, canRead } = await loadChatflow((await params).id);
  if (!canRead) return <NotYours chatflowId={chatflow.id} />;
  const query = await searchParams;
  const { q, after, before } = query;
  const [page, retentionDays] = await Promise.all([
    orNotFound(listSessions(ctx, { chatflowId: chatflow.id, search: q, after, before })),
    orNotFound(getRetention(ctx, chatflow.id)),
  ]);
  const search = typeof q === "string" ? q.trim() : "";
  const path = `/chatflows/${chatflow.id}/sessions`;
  const hasNone = page.items.length === 0 && !search && !isContinued(query);
  return (
    <>
      <BackLink href={`/chatflows/${chatflow.id}`}>{chatflow.name}</BackLink>
      <PageHeader title="Conversations" description="What callers asked, and what they were answered.">
        <ForgetSession chatflowId={chatflow.id} />
      </PageHeader>
      <RetentionForm key={retentionDays} chatflowId={chatflow.id} savedDays={retentionDays} />
      {hasNone ? (
        <NoSessions keepsNothing={retentionDays === 0} />
      ) : (
        <>
          <div className={classes.toolbar}>
            <SearchField label="Search conversations" />
          </div>
          {page.items.length > 0 ? (
            <SessionTable sessions={page.items} path={path} now={ctx.now} />
          ) : isContinued(query) ? (
            <EmptyPage what="conversations" first={listHref(path, { q: search })} />
          ) : (
            <NoMatch search={search} path={path} />
          )}
          <Pager
            previous={page.previous && listHref(path, { q: search, before: page.previous })}
            next={page.next && listHref(path, { q: search, after: page.next })}
          />
        </>
      )}
    </>
  );
}

function NoSessions({ keepsNothing }: { keepsNothing: boolean }) {
  const text = keepsNothing
    ? "Calls to this chatflow are counted, but what is said in them is not stored."
    : "They appear here once somebody calls the chatflow. What you try in its chat panel is not recorded.";
  return (
    <EmptyState Icon={IconMessages} title={keepsNothing ? "Nothing is kept" : "No conversations yet"} text={text} />
  );
}

function NoMatch({ search, path }: { search: string; path: string }) {
  const title = (
    <>
      No conversation has “<bdi>{search}</bdi>” in it
    </>
  );
  return (
    <EmptyState Icon={IconSearchOff} title={title} text="Whole words and their beginnings are found, and session IDs.">
      <ClearSearch href={path} />
    </EmptyState>
  );
}
