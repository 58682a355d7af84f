"use client";

import { IconKey, IconMessage2 } from "@tabler/icons-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import classes from "./shell.module.css";

const rooms = [
  { href: "/keys", label: "API keys", Icon: IconKey },
  { href: "/chatflows", label: "Chatflows", Icon: IconMessage2 },
];

export function Navigation() {
  const pathname = usePathname();
  return (
    <nav className={classes.nav} aria-label="Main">
      {rooms.map(({ href, label, Icon }) => (
        <Link
          key={href}
          href={href}
          className={classes.link}
          aria-current={pathname === href || pathname.startsWith(`${href}/`) ? "page" : undefined}
        >
          <Icon size={17} stroke={1.6} aria-hidden="true" />
          {label}
        </Link>
      ))}
    </nav>
  );
}
