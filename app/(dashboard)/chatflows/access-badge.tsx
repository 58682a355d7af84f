import { IconKey, IconLock, IconWorld } from "@tabler/icons-react";
import type { ChatflowSummary } from "@/lib/chatflows/schema";
import classes from "./chatflows.module.css";

const looks = {
  closed: { Icon: IconLock, className: classes.closed },
  key: { Icon: IconKey, className: classes.key },
  public: { Icon: IconWorld, className: classes.public },
};

/** Who may call a chatflow: in words, with a sign and a colour beside them. */
export function AccessBadge({ access, apiKey }: Pick<ChatflowSummary, "access" | "apiKey">) {
  const { Icon, className } = looks[access];
  const text = access === "key" ? `Key: ${apiKey?.name ?? ""}` : access === "public" ? "Public" : "Closed";
  return (
    <span className={`${classes.badge} ${className}`} title={text}>
      <Icon size={14} stroke={1.8} aria-hidden="true" />
      <span className={classes.badgeText}>{text}</span>
    </span>
  );
}
