import { IconSearchOff, IconShieldCheck } from "@tabler/icons-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/link-button";
import { EmptyPage } from "@/components/list/empty-page";
import { EmptyState } from "@/components/list/empty-state";
import { FilterField } from "@/components/list/filter-field";
import filterClasses from "@/components/list/filters.module.css";
import list from "@/components/list/list.module.css";
import { listHref, Pager } from "@/components/list/pager";
import { filtersOf, isContinued, readQuery, type SearchParams } from "@/components/list/read-query";
import { SearchField } from "@/components/list/search-field";
import { refusalReasons } from "@/lib/api-keys/refusals";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { listRefusedCalls } from "@/lib/refused-calls/list";
import { sayRefusal } from "@/lib/refused-calls/wording";
import { RefusedCallsTable } from "./refused-calls-table";

export const metadata: Metadata = { title: "Refused calls" };

const path = "/activity/refused-calls";
const reasons = [
  { value: "", label: "Any" },
  ...refusalReasons.map((reason) => ({ value: reason, label: sayRefusal(reason).what })),
];

export default async function RefusedCallsPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await pageContext();
  // The layout says so instead.
  if (!can(ctx.actor.role, "activity:read")) return null;
  const query = await readQuery(searchParams);
  const filters = filtersOf(query);
  const { q: search, ...rest } = query;
  const { items, previous, next } = await listRefusedCalls(ctx, { ...rest, search } as Parameters<
    typeof listRefusedCalls
  >[1]);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <div className={list.toolbar}>
        <SearchField label="Search refused calls" placeholder="Paste a request ID, or search by name" />
      </div>
      <div className={filterClasses.filters}>
        <FilterField name="reason" label="Reason" options={reasons} />
        <FilterField name="from" label="From (UTC)" />
        <FilterField name="to" label="To (UTC)" />
      </div>
      {items.length > 0 ? (
        <RefusedCallsTable calls={items} now={ctx.now} />
      ) : isContinued(query) ? (
        <EmptyPage what="calls" first={listHref(path, filters)} />
      ) : isFiltered ? (
        <EmptyState
          Icon={IconSearchOff}
          title="No refused call matches"
          text="Calls of the last second may not be here yet, and they are kept for a limited time. The request ID is in the answer’s X-Request-Id header."
        >
          <LinkButton href={path}>All refused calls</LinkButton>
        </EmptyState>
      ) : (
        <EmptyState
          Icon={IconShieldCheck}
          title="No call was refused"
          text="Calls that are turned away appear here with the reason, so that a failed one can be explained."
        />
      )}
      <Pager
        previous={previous && listHref(path, { ...filters, before: previous })}
        next={next && listHref(path, { ...filters, after: next })}
      />
    </>
  );
}
