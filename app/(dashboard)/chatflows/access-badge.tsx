import { IconKey, IconLock, IconWorld } from "@tabler/icons-react";
import type { AccessKind } from "@/lib/chatflows/schema";
import classes from "./chatflows.module.css";

const looks = {
  closed: { Icon: IconLock, className: classes.closed },
  key: { Icon: IconKey, className: classes.key },
  public: { Icon: IconWorld, className: classes.public },
};

interface Keys {
  apiKey: { name: string } | null;
  furtherKeys: { name: string }[];
}

function sayKeys({ apiKey, furtherKeys }: Keys): string {
  const [only, ...others] = [...(apiKey ? [apiKey] : []), ...furtherKeys];
  return others.length > 0 ? `${others.length + 1} keys` : `Key: ${only?.name ?? ""}`;
}

/** Who may call a chatflow: in words, with a sign and a colour beside them. */
export function AccessBadge({ access, ...keys }: Keys & { access: AccessKind }) {
  const { Icon, className } = looks[access];
  const text = access === "key" ? sayKeys(keys) : access === "public" ? "Public" : "Closed";
  return (
    <span className={`${classes.badge} ${className}`} title={text}>
      <Icon size={14} stroke={1.8} aria-hidden="true" />
      <span className={classes.badgeText}>{text}</span>
    </span>
  );
}
