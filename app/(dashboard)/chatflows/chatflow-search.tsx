"use client";

import { CloseButton, Loader, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import classes from "./chatflows.module.css";

/** Searches on the server as one types; the address says what is searched for. */
export function ChatflowSearch() {
  const router = useRouter();
  const searched = useSearchParams().get("search") ?? "";
  const [text, setText] = useState(searched);
  const [isPending, startTransition] = useTransition();
  const sent = useRef(searched);

  // Back, forward and "Clear search" change the address; what is being typed is not overwritten.
  useEffect(() => {
    if (searched !== sent.current) setText(searched);
    sent.current = searched;
  }, [searched]);

  function show(search: string) {
    const trimmed = search.trim();
    if (trimmed === sent.current) return;
    sent.current = trimmed;
    startTransition(() =>
      router.replace(trimmed ? `/chatflows?${new URLSearchParams({ search: trimmed })}` : "/chatflows", {
        scroll: false,
      }),
    );
  }
  const showSoon = useDebouncedCallback(show, 250);

  function change(value: string) {
    setText(value);
    showSoon(value);
  }

  return (
    <search className={classes.search}>
      <form
        action="/chatflows"
        onSubmit={(event) => {
          event.preventDefault();
          show(text);
        }}
      >
        <TextInput
          type="search"
          name="search"
          aria-label="Search chatflows"
          placeholder="Search chatflows"
          autoComplete="off"
          maxLength={200}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden="true" />}
          rightSection={
            isPending ? (
              <Loader size={14} />
            ) : text ? (
              <CloseButton size="sm" aria-label="Clear search" onClick={() => change("")} />
            ) : null
          }
        />
      </form>
    </search>
  );
}
