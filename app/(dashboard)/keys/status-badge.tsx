import { IconAlertTriangle, IconBan, IconClock, IconClockX } from "@tabler/icons-react";
import { timeUntil } from "@/components/relative-time";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { statusOf } from "@/lib/api-keys/status";
import classes from "./keys.module.css";

/** An expiry this near is worth saying. */
const soonMs = 7 * 86_400_000;

const refused = {
  disabled: { Icon: IconBan, text: "Disabled" },
  expired: { Icon: IconClockX, text: "Expired" },
  exposed: { Icon: IconAlertTriangle, text: "Exposed" },
};

/** A key's status in words, where it is not plainly active. The reason is its title. */
export function StatusBadge({ apiKey, now }: { apiKey: ApiKeySummary; now: Date }) {
  const { kind, reason } = statusOf(apiKey, now);
  if (kind !== "active") return <Badge {...refused[kind]} title={reason} className={classes.refused} />;
  const { expiresAt, oldTokenStopsAt } = apiKey;
  if (expiresAt && expiresAt.getTime() - now.getTime() < soonMs) {
    return (
      <Badge Icon={IconClock} text={`Expires ${timeUntil(expiresAt, now)}`} title={reason} className={classes.soon} />
    );
  }
  if (oldTokenStopsAt) {
    const text = `Old token stops ${timeUntil(oldTokenStopsAt, now)}`;
    return <Badge Icon={IconClock} text={text} title={text} className={classes.soon} />;
  }
  return null;
}

function Badge(props: { Icon: typeof IconBan; text: string; title: string; className: string | undefined }) {
  const { Icon, text, title, className } = props;
  return (
    <span className={`${classes.badge} ${className}`} title={title}>
      <Icon size={13} stroke={1.9} aria-hidden="true" />
      {text}
    </span>
  );
}
