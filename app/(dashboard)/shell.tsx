import Link from "next/link";
import type { ReactNode } from "react";
import { BrandMark } from "@/components/brand";
import type { Role } from "@/lib/auth/roles";
import { AccountMenu } from "./account-menu";
import { Navigation } from "./navigation";
import classes from "./shell.module.css";

/** The frame of every dashboard page: a sidebar that becomes a top bar on a phone. */
export function Shell({ name, role, children }: { name: string; role: Role; children: ReactNode }) {
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <aside className={classes.sidebar}>
        <Link href="/keys" className={classes.brand} aria-label="Flowlatch, API keys">
          <BrandMark />
          <span className={classes.wordmark}>Flowlatch</span>
        </Link>
        <Navigation />
        <AccountMenu name={name} role={role} />
      </aside>
      <main id="main" className={classes.main} tabIndex={-1}>
        <div className={classes.page}>{children}</div>
      </main>
    </div>
  );
}
