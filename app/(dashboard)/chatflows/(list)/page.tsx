import { IconMessage2, IconSearchOff } from "@tabler/icons-react";
import type { Metadata } from "next";
import { ClearSearch } from "@/components/list/clear-search";
import { EmptyPage } from "@/components/list/empty-page";
import { EmptyState } from "@/components/list/empty-state";
import classes from "@/components/list/list.module.css";
import { listHref, Pager } from "@/components/list/pager";
import { SearchField } from "@/components/list/search-field";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { listChatflows } from "@/lib/chatflows/read";
import { ChatflowTable } from "../chatflow-table";
import { NewChatflow } from "../new-chatflow";
import { counted } from "../wording";

export const metadata: Metadata = { title: "Chatflows" };

const path = "/chatflows";

type Query = Record<"q" | "after" | "before", string | undefined>;

export default async function ChatflowsPage({ searchParams }: { searchParams: Promise<Partial<Query>> }) {
  const ctx = await pageContext();
  const { q, after, before } = await searchParams;
  const page = await listChatflows(ctx, { search: q, after, before });
  const search = typeof q === "string" ? q.trim() : "";
  const canWrite = can(ctx.actor.role, "chatflows:write");
  const hasNone = page.count === 0 && !search;
  return (
    <>
      <PageHeader title="Chatflows" description="Each one answers questions at an address of its own.">
        {canWrite && !hasNone && <NewChatflow />}
      </PageHeader>
      {hasNone ? (
        <NoChatflows canWrite={canWrite} />
      ) : (
        <>
          <div className={classes.toolbar}>
            <SearchField label="Search chatflows" />
            <p className={classes.count} role="status">
              {page.countIsCapped ? "More than " : ""}
              {counted(page.count, "chatflow")}
            </p>
          </div>
          {page.items.length > 0 ? (
            <ChatflowTable chatflows={page.items} now={ctx.now} />
          ) : page.count > 0 ? (
            <EmptyPage what="chatflows" first={listHref(path, { q: search })} />
          ) : (
            <NoMatch search={search} />
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

function NoChatflows({ canWrite }: { canWrite: boolean }) {
  const text = canWrite
    ? "Put one on a language model, or give it documents to answer from. Nobody can call it until you let them."
    : "Your role may look at chatflows but not make one. Ask an editor of this workspace.";
  return (
    <EmptyState Icon={IconMessage2} title="No chatflows yet" text={text}>
      {canWrite && <NewChatflow />}
    </EmptyState>
  );
}

function NoMatch({ search }: { search: string }) {
  const title = (
    <>
      No chatflow has “<bdi>{search}</bdi>” in its name
    </>
  );
  return (
    <EmptyState Icon={IconSearchOff} title={title} text="Try fewer letters, or look at all of them.">
      <ClearSearch href={path} />
    </EmptyState>
  );
}
