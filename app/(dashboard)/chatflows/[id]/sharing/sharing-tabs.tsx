"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import classes from "@/components/list/tabs.module.css";

const tabs = [
  { below: "", label: "Settings" },
  { below: "/feedback", label: "Feedback" },
  { below: "/leads", label: "Leads" },
];

/** @param canRead whether this operator may read what visitors left */
export function SharingTabs({ chatflowId, canRead }: { chatflowId: string; canRead: boolean }) {
  const pathname = usePathname();
  const path = `/chatflows/${chatflowId}/sharing`;
  if (!canRead) return null;
  return (
    <nav className={classes.tabs} aria-label="Sharing">
      {tabs.map(({ below, label }) => (
        <Link
          key={below}
          href={path + below}
          className={classes.tab}
          aria-current={pathname === path + below ? "page" : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
