import { IconHistory, IconSearchOff } from "@tabler/icons-react";
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
import { listActivity } from "@/lib/activity/list";
import { actionOptions } from "@/lib/activity/wording";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { ChangesTable } from "./changes-table";

export const metadata: Metadata = { title: "Activity" };

const path = "/activity";
const actors = [
  { value: "", label: "Anybody" },
  { value: "command-line", label: "Command line" },
  { value: "api", label: "API" },
  { value: "flowlatch", label: "Flowlatch itself" },
];

export default async function ActivityPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await pageContext();
  // The layout says so instead.
  if (!can(ctx.actor.role, "activity:read")) return null;
  const query = await readQuery(searchParams);
  const filters = filtersOf(query);
  const { q: search, ...rest } = query;
  const { items, count, countIsCapped, previous, next } = await listActivity(ctx, { ...rest, search });
  const isFiltered = Object.keys(filters).length > 0;
  const mine = { value: ctx.actor.userId, label: "Me" };
  return (
    <>
      <div className={list.toolbar}>
        <SearchField label="Search changes" placeholder="Search by name, ID or request ID" />
        <p className={list.count} role="status">
          {countIsCapped && "More than "}
          {count.toLocaleString("en")} {count === 1 ? "change" : "changes"}
        </p>
      </div>
      <div className={filterClasses.filters}>
        <FilterField name="action" label="Change" options={[{ value: "", label: "Any" }, ...actionOptions]} />
        <FilterField name="actor" label="By" options={[actors[0] ?? mine, mine, ...actors.slice(1)]} />
        <FilterField name="from" label="From (UTC)" />
        <FilterField name="to" label="To (UTC)" />
        <ExportLinks path={`${path}/export`} filters={filters} />
      </div>
      {items.length > 0 ? (
        <ChangesTable events={items} now={ctx.now} />
      ) : isContinued(query) ? (
        <EmptyPage what="changes" first={listHref(path, filters)} />
      ) : isFiltered ? (
        <EmptyState Icon={IconSearchOff} title="No change matches" text="Try fewer filters, or other dates.">
          <LinkButton href={path}>All changes</LinkButton>
        </EmptyState>
      ) : (
        <EmptyState
          Icon={IconHistory}
          title="Nothing was changed yet"
          text="Each change of a key or a chatflow is kept here."
        />
      )}
      <Pager
        previous={previous && listHref(path, { ...filters, before: previous })}
        next={next && listHref(path, { ...filters, after: next })}
      />
    </>
  );
}
