"use client";

import { Loader, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";
import classes from "./list.module.css";

const debounceMs = 200;

export const searchFieldId = "search";

/**
 * Searches a list on the server as one types. The address carries the search (`?q=`), so it can be
 * kept and shared; how the list is sorted stays, and the page begins anew.
 */
export function SearchField({ label, placeholder = label }: { label: string; placeholder?: string }) {
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams();
  const searched = query.get("q") ?? "";
  const [isPending, startTransition] = useTransition();
  const fieldRef = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  function searchIn(delayMs: number) {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const search = fieldRef.current?.value.trim() ?? "";
      const next = new URLSearchParams(query);
      for (const name of ["q", "after", "before"]) next.delete(name);
      if (search) next.set("q", search);
      startTransition(() => router.replace(next.size > 0 ? `${pathname}?${next}` : pathname, { scroll: false }));
    }, delayMs);
  }

  useEffect(() => () => clearTimeout(timer.current), []);

  // The address changed by other means, for example Back; never under the hands of somebody typing.
  useEffect(() => {
    const field = fieldRef.current;
    if (field && document.activeElement !== field) field.value = searched;
  }, [searched]);

  return (
    <search className={classes.search}>
      <form
        action={pathname}
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
          aria-label={label}
          placeholder={placeholder}
          defaultValue={searched}
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
