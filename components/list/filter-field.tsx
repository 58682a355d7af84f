"use client";

import { NativeSelect } from "@mantine/core";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTransition } from "react";
import { DateField } from "./date-field";

interface Props {
  /** The query parameter it sets. */
  name: string;
  label: string;
  /** What can be chosen; without it a date is. */
  options?: { value: string; label: string }[];
}

/** A filter of a list: it is in the address, and the page begins anew when it changes. */
export function FilterField({ name, label, options }: Props) {
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams();
  const [isPending, startTransition] = useTransition();
  const value = query.get(name) ?? "";

  function choose(next: string) {
    const changed = new URLSearchParams(query);
    for (const dropped of [name, "after", "before"]) changed.delete(dropped);
    if (next) changed.set(name, next);
    startTransition(() => router.replace(changed.size > 0 ? `${pathname}?${changed}` : pathname, { scroll: false }));
  }

  if (!options) return <DateField label={label} value={value} isPending={isPending} onChoose={choose} />;
  return (
    <NativeSelect
      label={label}
      size="xs"
      data={options}
      value={value}
      aria-busy={isPending}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}
