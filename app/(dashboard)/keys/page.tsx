import { IconKey, IconSearchOff } from "@tabler/icons-react";
import type { Metadata } from "next";
import Link from "next/link";
import { PageHeader } from "@/components/page-header";
import { type ApiKeyPage, listApiKeys } from "@/lib/api-keys/list";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { ClearSearch } from "./clear-search";
import { CreateKeyButton } from "./create-key-button";
import { KeySearch } from "./key-search";
import classes from "./keys.module.css";
import { KeysTable } from "./keys-table";
import { parseKeysQuery } from "./parse-query";
import { type KeysQuery, keysHref } from "./query";

export const metadata: Metadata = { title: "API keys" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function KeysPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await pageContext();
  const query = parseKeysQuery(await searchParams);
  const page = await listApiKeys(ctx, query);
  const canWrite = can(ctx.actor.role, "keys:write");
  const isEmpty = page.count === 0 && query.search === "";
  return (
    <>
      <PageHeader
        title="API keys"
        description="Named credentials for the people and services that call your chatflows."
      >
        {canWrite && !isEmpty && <CreateKeyButton />}
      </PageHeader>
      {isEmpty ? (
        <Empty canWrite={canWrite} />
      ) : (
        <>
          <div className={classes.toolbar}>
            <KeySearch query={{ search: query.search, sort: query.sort, direction: query.direction }} />
            <p className={classes.count} role="status">
              {countText(page)}
            </p>
          </div>
          {page.items.length > 0 ? (
            <KeysTable items={page.items} query={query} canWrite={canWrite} now={ctx.now} />
          ) : (
            <NoMatch query={query} />
          )}
          <Pages page={page} query={query} />
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
    <div className={classes.empty}>
      <span className={classes.emptyIcon}>
        <IconKey size={22} stroke={1.5} aria-hidden="true" />
      </span>
      <h2 className={classes.emptyTitle}>No API keys yet</h2>
      <p className={classes.emptyText}>
        A key lets an application call the chatflows you assign it to, and nothing else.
      </p>
      {canWrite && <CreateKeyButton />}
    </div>
  );
}

function NoMatch({ query }: { query: KeysQuery }) {
  return (
    <div className={classes.empty}>
      <span className={classes.emptyIcon}>
        <IconSearchOff size={22} stroke={1.5} aria-hidden="true" />
      </span>
      {query.search ? (
        <>
          <h2 className={classes.emptyTitle}>
            No key matches “<bdi>{query.search}</bdi>”
          </h2>
          <p className={classes.emptyText}>Names and the last four characters of tokens were searched.</p>
          <ClearSearch href={keysHref({ sort: query.sort, direction: query.direction })} />
        </>
      ) : (
        <>
          <h2 className={classes.emptyTitle}>This page of the list is empty</h2>
          <p className={classes.emptyText}>Its keys were deleted meanwhile.</p>
          <Link className={classes.page} href={keysHref({ sort: query.sort, direction: query.direction })}>
            Go to the first page
          </Link>
        </>
      )}
    </div>
  );
}

function Pages({ page: { previous, next }, query }: { page: ApiKeyPage; query: KeysQuery }) {
  if (!previous && !next) return null;
  const { search, sort, direction } = query;
  return (
    <nav className={classes.pages} aria-label="Pages">
      {previous && (
        <Link
          className={classes.page}
          rel="prev"
          prefetch={false}
          href={keysHref({ search, sort, direction, before: previous })}
        >
          Previous
        </Link>
      )}
      {next && (
        <Link
          className={classes.page}
          rel="next"
          prefetch={false}
          href={keysHref({ search, sort, direction, after: next })}
        >
          Next
        </Link>
      )}
    </nav>
  );
}
