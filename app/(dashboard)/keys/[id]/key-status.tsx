import { RelativeTime } from "@/components/relative-time";
import type { ApiKeyDetail } from "@/lib/api-keys/detail";
import { statusOf } from "@/lib/api-keys/status";
import { StatusBadge } from "../status-badge";
import classes from "./key.module.css";

/** Whether the key works and why, and where it comes from. */
export function KeyStatus({ apiKey, now }: { apiKey: ApiKeyDetail; now: Date }) {
  const { createdAt, createdBy } = apiKey;
  return (
    <span className={classes.facts}>
      <StatusBadge apiKey={apiKey} now={now} />
      <span>{statusOf(apiKey, now).reason}</span>
      <span>
        Created <RelativeTime date={createdAt} now={now} />{" "}
        {createdBy ? (
          <>
            by <bdi>{createdBy}</bdi>
          </>
        ) : (
          "on the command line"
        )}
        .
      </span>
    </span>
  );
}
