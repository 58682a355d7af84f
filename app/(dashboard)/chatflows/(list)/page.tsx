import { IconMessage2, IconSearchOff } from "@tabler/icons-react";
import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { type ChatflowPage, listChatflows } from "@/lib/chatflows/read";
import { ChatflowSearch } from "../chatflow-search";
import { ChatflowTable } from "../chatflow-table";
import classes from "../chatflows.module.css";
import { LinkButton } from "../link-button";
import { NewChatflow } from "../new-chatflow";
import { counted } from "../wording";

export const metadata: Metadata = { title: "Chatflows" };

type Query = Record<"search" | "after" | "before", string | undefined>;

export default async function ChatflowsPage({ searchParams }: { searchParams: Promise<Partial<Query>> }) {
  const ctx = await pageContext();
  const query = await searchParams;
  const page = await listChatflows(ctx, query);
  const search = typeof query.search === "string" ? query.search.trim() : "";
  const canWrite = can(ctx.actor.role, "chatflows:write");
  const hasNone = page.items.length === 0 && !search;
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
            <ChatflowSearch />
            <span className={classes.count} role="status">
              {page.countIsCapped ? "More than " : ""}
              {counted(page.count, "chatflow")}
            </span>
          </div>
          {page.items.length > 0 ? <ChatflowTable chatflows={page.items} now={ctx.now} /> : <NoMatch search={search} />}
          <Pages page={page} search={search} />
        </>
      )}
    </>
  );
}

function NoChatflows({ canWrite }: { canWrite: boolean }) {
  return (
    <section className={classes.empty}>
      <IconMessage2 size={28} stroke={1.4} aria-hidden="true" />
      <h2>No chatflows yet</h2>
      <p>
        {canWrite
          ? "Give one a few documents, and it answers questions from them. Nobody can call it until you let them."
          : "Your role may look at chatflows but not make one. Ask an editor of this workspace."}
      </p>
      {canWrite && <NewChatflow />}
    </section>
  );
}

function NoMatch({ search }: { search: string }) {
  return (
    <section className={classes.empty}>
      <IconSearchOff size={28} stroke={1.4} aria-hidden="true" />
      <h2>No chatflow has “{search}” in its name</h2>
      <p>Try fewer letters, or look at all of them.</p>
      <LinkButton href="/chatflows">Clear search</LinkButton>
    </section>
  );
}

function Pages({ page, search }: { page: ChatflowPage; search: string }) {
  if (!page.previous && !page.next) return null;
  const href = (cursor: Record<string, string>) =>
    `/chatflows?${new URLSearchParams({ ...(search && { search }), ...cursor })}`;
  return (
    <nav className={classes.pages} aria-label="Pages">
      {page.previous && <LinkButton href={href({ before: page.previous })}>Newer</LinkButton>}
      {page.next && <LinkButton href={href({ after: page.next })}>Older</LinkButton>}
    </nav>
  );
}
