"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { searchFieldId } from "./search-field";

/** Empties the search and hands the focus to its field: this link is about to disappear. */
export function ClearSearch({ href }: { href: string }) {
  function focusField() {
    const field = document.getElementById(searchFieldId);
    if (!(field instanceof HTMLInputElement)) return;
    field.value = "";
    field.focus();
  }
  return (
    <Button component={Link} href={href} replace variant="default" onClick={focusField}>
      Clear search
    </Button>
  );
}
