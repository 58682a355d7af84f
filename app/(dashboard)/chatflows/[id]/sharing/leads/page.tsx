import { IconAddressBook, IconSearchOff } from "@tabler/icons-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/link-button";
import { EmptyPage } from "@/components/list/empty-page";
import { EmptyState } from "@/components/list/empty-state";
import { ExportLinks } from "@/components/list/export-links";
import { FilterField } from "@/components/list/filter-field";
import filterClasses from "@/components/list/filters.module.css";
import list from "@/components/list/list.module.css";
import { listHref, Pager } from "@/components/list/pager";
import { filtersOf, isContinued, readQuery, type SearchParams } from "@/components/list/read-query";
import { SearchField } from "@/components/list/search-field";
import { listLeads } from "@/lib/leads/received";
import { loadChatflow, orNotFound } from "../../sessions/load";
import { NotYours } from "../../sessions/parts";
import { loadSharing } from "../load";
import { LeadTable } from "./lead-table";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { chatflow } = await loadChatflow((await params).id);
  return { title: `Leads of ${chatflow.name}` };
}

export default async function LeadsPage({ params, searchParams }: Props) {
  const { ctx, chatflow, settings, canRead } = await loadSharing((await params).id);
  if (!canRead) {
    return (
      <NotYours chatflowId={chatflow.id} heading="h2" what="leads" text="They hold names and addresses of people." />
    );
  }
  const query = await readQuery(searchParams);
  const filters = filtersOf(query);
  const { q: search, ...rest } = query;
  const { items, previous, next } = await orNotFound(listLeads(ctx, { ...rest, search, chatflowId: chatflow.id }));
  const path = `/chatflows/${chatflow.id}/sharing/leads`;
  if (items.length === 0 && Object.keys(query).length === 0) {
    return <NoLeads isAsked={settings.sharing.leads.enabled} />;
  }
  return (
    <>
      <div className={list.toolbar}>
        <SearchField label="Search leads" placeholder="Search by name, email or phone" />
      </div>
      <div className={filterClasses.filters}>
        <FilterField name="from" label="From (UTC)" />
        <FilterField name="to" label="To (UTC)" />
        <ExportLinks path={`${path}/export`} filters={filters} />
      </div>
      {items.length > 0 ? (
        <LeadTable items={items} chatflowId={chatflow.id} now={ctx.now} />
      ) : isContinued(query) ? (
        <EmptyPage what="leads" first={listHref(path, filters)} />
      ) : (
        <EmptyState Icon={IconSearchOff} title="No lead matches" text="Try fewer filters, or another search.">
          <LinkButton href={path}>All leads</LinkButton>
        </EmptyState>
      )}
      <Pager
        previous={previous && listHref(path, { ...filters, before: previous })}
        next={next && listHref(path, { ...filters, after: next })}
      />
    </>
  );
}

function NoLeads({ isAsked }: { isAsked: boolean }) {
  return (
    <EmptyState
      Icon={IconAddressBook}
      title="No leads yet"
      text={
        isAsked
          ? "They appear here once a visitor says who they are."
          : "Visitors are not asked who they are. Switch on “Ask visitors who they are” in the settings."
      }
    />
  );
}
