import { IconArrowLeft } from "@tabler/icons-react";
import Link from "next/link";
import classes from "./back-link.module.css";

/** The way back, above a page's title. */
export function BackLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className={classes.back}>
      <IconArrowLeft size={15} stroke={1.7} aria-hidden="true" />
      <span>{children}</span>
    </Link>
  );
}
