"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import type { ReactNode } from "react";

/** A link that looks like a button. A server component cannot hand Link on to the library itself. */
export function LinkButton({ href, rel, children }: { href: string; rel?: "prev" | "next"; children: ReactNode }) {
  return (
    <Button component={Link} href={href} rel={rel} prefetch={false} variant="default">
      {children}
    </Button>
  );
}
