"use client";

import { Loader, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";
import classes from "./keys.module.css";
import { type KeysQuery, keysHref } from "./query";

const debounceMs = 200;

export const searchFieldId = "search-keys";

/** Searches as one types. The address carries the search, so it can be kept and shared. */
export function KeySearch({ query }: { query: Pick<KeysQuery, "search" | "sort" | "direction"> }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const fieldRef = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  function searchIn(delayMs: number) {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const search = fieldRef.current?.value.trim() ?? "";
      startTransition(() => router.replace(keysHref({ ...query, search }), { scroll: false }));
    }, delayMs);
  }

  useEffect(() => () => clearTimeout(timer.current), []);

  // The address changed by other means, for example Back; never under the hands of somebody typing.
  useEffect(() => {
    const field = fieldRef.current;
    if (field && document.activeElement !== field) field.value = query.search;
  }, [query.search]);

  return (
    <search className={classes.search}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          searchIn(0);
        }}
      >
        <TextInput
          ref={fieldRef}
          id={searchFieldId}
          type="search"
          name="q"
          aria-label="Search keys"
          placeholder="Search by name or last four characters"
          defaultValue={query.search}
          maxLength={200}
          onChange={() => searchIn(debounceMs)}
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden="true" />}
          rightSection={isPending && <Loader size={14} aria-label="Searching" />}
          autoComplete="off"
          spellCheck={false}
        />
      </form>
    </search>
  );
}
