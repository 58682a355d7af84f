import { IconSearchOff, IconThumbUp } from "@tabler/icons-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/link-button";
import { EmptyPage } from "@/components/list/empty-page";
import { EmptyState } from "@/components/list/empty-state";
import { ExportLinks } from "@/components/list/export-links";
import { FilterField } from "@/components/list/filter-field";
import filterClasses from "@/components/list/filters.module.css";
import { listHref, Pager } from "@/components/list/pager";
import { filtersOf, isContinued, readQuery, type SearchParams } from "@/components/list/read-query";
import { listFeedback } from "@/lib/feedback/received";
import { loadChatflow, orNotFound } from "../../sessions/load";
import { NotYours } from "../../sessions/parts";
import { loadSharing } from "../load";
import { FeedbackTable } from "./feedback-table";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { chatflow } = await loadChatflow((await params).id);
  return { title: `Feedback on ${chatflow.name}` };
}

const ratings = [
  { value: "", label: "Any" },
  { value: "THUMBS_UP", label: "Good" },
  { value: "THUMBS_DOWN", label: "Bad" },
];

export default async function FeedbackPage({ params, searchParams }: Props) {
  const { ctx, chatflow, settings, canRead } = await loadSharing((await params).id);
  if (!canRead) {
    return (
      <NotYours
        chatflowId={chatflow.id}
        heading="h2"
        what="feedback"
        text="It holds what people asked and thought of the answers."
      />
    );
  }
  const query = await readQuery(searchParams);
  const filters = filtersOf(query);
  const { items, previous, next } = await orNotFound(listFeedback(ctx, { ...query, chatflowId: chatflow.id }));
  const path = `/chatflows/${chatflow.id}/sharing/feedback`;
  if (items.length === 0 && Object.keys(query).length === 0) return <NoFeedback isAsked={settings.sharing.feedback} />;
  return (
    <>
      <div className={filterClasses.filters}>
        <FilterField name="rating" label="Rating" options={ratings} />
        <FilterField name="from" label="From (UTC)" />
        <FilterField name="to" label="To (UTC)" />
        <ExportLinks path={`${path}/export`} filters={filters} />
      </div>
      {items.length > 0 ? (
        <FeedbackTable items={items} chatflowId={chatflow.id} now={ctx.now} />
      ) : isContinued(query) ? (
        <EmptyPage what="ratings" first={listHref(path, filters)} />
      ) : (
        <EmptyState Icon={IconSearchOff} title="No feedback matches" text="Try fewer filters, or other dates.">
          <LinkButton href={path}>All feedback</LinkButton>
        </EmptyState>
      )}
      <Pager
        previous={previous && listHref(path, { ...filters, before: previous })}
        next={next && listHref(path, { ...filters, after: next })}
      />
    </>
  );
}

function NoFeedback({ isAsked }: { isAsked: boolean }) {
  return (
    <EmptyState
      Icon={IconThumbUp}
      title="No feedback yet"
      text={
        isAsked
          ? "It appears here once a visitor rates an answer."
          : "Visitors are not asked for it. Switch on “Visitors may rate answers” in the settings."
      }
    />
  );
}
