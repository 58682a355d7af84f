"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import classes from "@/components/list/tabs.module.css";

const tabs = [
  { href: "/activity", label: "Changes" },
  { href: "/activity/refused-calls", label: "Refused calls" },
];

export function ActivityTabs() {
  const pathname = usePathname();
  return (
    <nav className={classes.tabs} aria-label="Activity">
      {tabs.map(({ href, label }) => (
        <Link key={href} href={href} className={classes.tab} aria-current={pathname === href ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
