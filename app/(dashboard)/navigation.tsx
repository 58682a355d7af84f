"use client";

import {
  IconAdjustments,
  IconDatabaseImport,
  IconHistory,
  IconKey,
  IconMenu2,
  IconMessage2,
  IconPlug,
  IconUsers,
} from "@tabler/icons-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useRef } from "react";
import classes from "./shell.module.css";

const rooms = [
  { href: "/keys", label: "API keys", Icon: IconKey },
  { href: "/chatflows", label: "Chatflows", Icon: IconMessage2 },
  { href: "/activity", label: "Activity", Icon: IconHistory },
];
const settings = [
  { href: "/settings/providers", label: "Providers", Icon: IconPlug },
  { href: "/settings/people", label: "People", Icon: IconUsers },
  { href: "/settings/workspace", label: "Workspace", Icon: IconAdjustments },
  { href: "/import", label: "Import", Icon: IconDatabaseImport },
];

/** The way to every room: beside the page, and on a phone a menu, which opens before any script has loaded. */
export function Navigation() {
  const nav = useRef<HTMLElement>(null);
  const leave = () => nav.current?.hidePopover();
  return (
    <>
      <button type="button" className={classes.menuButton} popoverTarget="main-menu" aria-label="Menu">
        <IconMenu2 size={20} stroke={1.6} aria-hidden="true" />
      </button>
      <nav ref={nav} id="main-menu" popover="auto" className={classes.nav} aria-label="Main">
        {rooms.map((room) => (
          <Room key={room.href} {...room} onGo={leave} />
        ))}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
        <div role="group" aria-labelledby="settings-rooms" className={classes.group}>
          <p id="settings-rooms" className={classes.groupTitle}>
            Settings
          </p>
          {settings.map((room) => (
            <Room key={room.href} {...room} onGo={leave} />
          ))}
        </div>
      </nav>
    </>
  );
}

function Room({ href, label, Icon, onGo }: (typeof rooms)[number] & { onGo: () => void }) {
  const pathname = usePathname();
  const isHere = pathname === href || pathname.startsWith(`${href}/`);
  return (
    <Link href={href} className={classes.link} aria-current={isHere ? "page" : undefined} onClick={onGo}>
      <Icon size={17} stroke={1.6} aria-hidden="true" />
      {label}
    </Link>
  );
}
