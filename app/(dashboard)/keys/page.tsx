import { IconCircleCheck, IconKey, IconSearchOff } from "@tabler/icons-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/link-button";
import { ClearSearch } from "@/components/list/clear-search";
import { EmptyPage } from "@/components/list/empty-page";
import { EmptyState } from "@/components/list/empty-state";
import classes from "@/components/list/list.module.css";
import { Pager } from "@/components/list/pager";
import { SearchField } from "@/components/list/search-field";
import { PageHeader } from "@/components/page-header";
import { countAttention } from "@/lib/api-keys/attention";
import { type ApiKeyPage, listApiKeys } from "@/lib/api-keys/list";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { AttentionFilters } from "./attention-filters";
import { sayAttention } from "./attention-wording";
import { CreateKeyButton } from "./create-key-button";
import { KeySelectionProvider } from "./key-selection";
import { KeysTable } from "./keys-table";
import { parseKeysQuery } from "./parse-query";
import { type KeysQuery, keysHref } from "./query";
import { SelectionBar } from "./selection-bar";
import { description } from "./wording";

export const metadata: Metadata = { title: "API keys" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function KeysPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await pageContext();
  const query = parseKeysQuery(await searchParams);
  const [page, counts] = await Promise.all([listApiKeys(ctx, query), countAttention(ctx)]);
  const canWrite = can(ctx.actor.role, "keys:write");
  const { search, sort, direction, attention } = query;
  const isEmpty = page.count === 0 && search === "" && attention === undefined;
  return (
    <>
      <PageHeader title="API keys" description={description}>
        {canWrite && !isEmpty && <CreateKeyButton />}
      </PageHeader>
      {isEmpty ? (
        <Empty canWrite={canWrite} />
      ) : (
        <>
          <AttentionFilters query={query} counts={counts} />
          <div className={classes.toolbar}>
            <SearchField label="Search keys" placeholder="Search by name or last four characters" />
            <p className={classes.count} role="status">
              {countText(page)}
            </p>
          </div>
          {page.items.length > 0 ? (
            <KeySelectionProvider keys={page.items}>
              <KeysTable items={page.items} query={query} canWrite={canWrite} now={ctx.now} />
              <SelectionBar />
            </KeySelectionProvider>
          ) : page.count > 0 ? (
            <EmptyPage what="keys" first={keysHref({ search, sort, direction, attention })} />
          ) : (
            <NoMatch query={query} />
          )}
          <Pager
            previous={page.previous && keysHref({ search, sort, direction, attention, before: page.previous })}
            next={page.next && keysHref({ search, sort, direction, attention, after: page.next })}
          />
        </>
      )}
    </>
  );
}

function countText({ count, countIsCapped }: ApiKeyPage): string {
  const figure = count.toLocaleString("en");
  if (countIsCapped) return `More than ${figure} keys`;
  return count === 1 ? "1 key" : `${figure} keys`;
}

function Empty({ canWrite }: { canWrite: boolean }) {
  return (
    <EmptyState
      Icon={IconKey}
      title="No API keys yet"
      text="A key lets an application call the chatflows you assign it to, and nothing else."
    >
      {canWrite && (
        <span className={classes.emptyActions}>
          <CreateKeyButton />
          <LinkButton href="/import">Import from Flowise</LinkButton>
        </span>
      )}
    </EmptyState>
  );
}

function NoMatch({ query: { search, sort, direction, attention } }: { query: KeysQuery }) {
  const href = keysHref({ sort, direction, attention });
  if (!search && attention) {
    return (
      <EmptyState
        Icon={IconCircleCheck}
        title={`No key here: “${sayAttention(attention)}”`}
        text="Nothing needs to be done for this reason."
      >
        <LinkButton href={keysHref({ sort, direction })}>Show all keys</LinkButton>
      </EmptyState>
    );
  }
  const title = (
    <>
      No key matches “<bdi>{search}</bdi>”
    </>
  );
  return (
    <EmptyState Icon={IconSearchOff} title={title} text="Names and the last four characters of tokens were searched.">
      <ClearSearch href={href} />
    </EmptyState>
  );
}
