import { Alert, Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { LinkButton } from "@/components/link-button";
import type { ImportReport } from "@/lib/import/schema";
import classes from "./import.module.css";
import { ChatflowTable, KeyTable } from "./import-tables";
import { sayCounts, sayUnread } from "./say-counts";

/** Step 3: what was done, and what is left to do. */
export function ReportView({ report, onAgain }: { report: ImportReport; onAgain: () => void }) {
  const { keys, chatflows, unread } = report;
  const made = {
    keys: keys.filter(({ outcome }) => outcome === "made").length,
    chatflows: chatflows.filter(({ outcome }) => outcome === "made").length,
  };
  const verb = made.keys + made.chatflows === 1 ? "was" : "were";
  return (
    <div className={classes.review}>
      <Alert
        color="latch"
        variant="light"
        role="status"
        icon={<IconCircleCheck size={18} aria-hidden="true" />}
        title={`${sayCounts(made)} ${verb} imported`.replace(/^n/, "N")}
      >
        <ol className={classes.next}>
          <li>
            In your clients, replace your Flowise server’s address by <code>{location.origin}</code>. Ids and tokens
            stay the same.
          </li>
          <li>Let only Flowlatch reach your Flowise server: whoever still can goes past the limits here.</li>
          <li>When it suits you, regenerate the imported keys: scanners recognise the new tokens if they leak.</li>
        </ol>
      </Alert>
      {unread > 0 && <p className={classes.hint}>{sayUnread(unread)}</p>}
      <KeyTable keys={keys} />
      <ChatflowTable chatflows={chatflows} />
      <div className={classes.buttons}>
        <Button variant="default" onClick={onAgain}>
          Import more
        </Button>
        <LinkButton href="/chatflows">Go to the chatflows</LinkButton>
        <LinkButton href="/keys">Go to the keys</LinkButton>
      </div>
    </div>
  );
}
