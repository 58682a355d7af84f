import { Alert, Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { FailureAlert } from "@/components/failure-alert";
import type { Failure } from "@/components/use-submit";
import type { ImportChoices, ImportReport } from "@/lib/import/schema";
import classes from "./import.module.css";
import { ChatflowTable, KeyTable } from "./import-tables";
import { sayCounts, sayUnread } from "./say-counts";

interface Props {
  plan: ImportReport;
  failure: Failure | null;
  isPending: boolean;
  onBack: () => void;
  onRun: (choices: ImportChoices) => void;
}

/** A set of ids, and a way to put one in or take it out. */
function useIds(): [ReadonlySet<string>, (id: string, isIn: boolean) => void] {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string, isIn: boolean) =>
    setIds((before) => (isIn ? new Set([...before, id]) : new Set([...before].filter((other) => other !== id))));
  return [ids, toggle];
}

/** Step 2: what an import will do, and what the operator decides. */
export function ReviewPlan({ plan, failure, isPending, onBack, onRun }: Props) {
  const [skippedKeys, skipKey] = useIds();
  const [skippedChatflows, skipChatflow] = useIds();
  const [publicChatflows, open] = useIds();
  const { keys, chatflows, provider } = plan;

  const count = (list: ImportReport["keys" | "chatflows"], skipped: ReadonlySet<string>) =>
    list.filter(({ outcome, sourceId }) => outcome === "made" && !skipped.has(sourceId)).length;
  const counts = { keys: count(keys, skippedKeys), chatflows: count(chatflows, skippedChatflows) };
  const isNothing = counts.keys + counts.chatflows === 0;

  return (
    <div className={classes.review}>
      <FailureAlert message={failure?.message} />
      {isNothing && (
        <Alert color="gray" variant="light" p="sm">
          There is nothing new to import here.
        </Alert>
      )}
      {provider && (
        <p className={classes.text}>
          The chatflows are answered by <strong>{provider.name}</strong>
          {provider.isNew ? ", which is added to your providers." : "."}
        </p>
      )}
      {plan.unread > 0 && <p className={classes.hint}>{sayUnread(plan.unread)}</p>}
      <KeyTable
        keys={keys}
        choose={(key) => (
          <Checkbox
            aria-label={`Import the key ${key.name}`}
            checked={!skippedKeys.has(key.sourceId)}
            disabled={isPending}
            onChange={({ currentTarget }) => skipKey(key.sourceId, !currentTarget.checked)}
          />
        )}
      />
      <ChatflowTable
        chatflows={chatflows}
        skippedKeys={skippedKeys}
        publicChatflows={publicChatflows}
        choose={(chatflow) => (
          <Checkbox
            aria-label={`Import the chatflow ${chatflow.name}`}
            checked={!skippedChatflows.has(chatflow.sourceId)}
            disabled={isPending}
            onChange={({ currentTarget }) => skipChatflow(chatflow.sourceId, !currentTarget.checked)}
          />
        )}
        chooseAccess={(chatflow) => (
          <Checkbox
            size="xs"
            label="Let anybody call it"
            aria-label={`Let anybody call ${chatflow.name}`}
            checked={publicChatflows.has(chatflow.sourceId)}
            disabled={isPending || skippedChatflows.has(chatflow.sourceId)}
            onChange={({ currentTarget }) => open(chatflow.sourceId, currentTarget.checked)}
          />
        )}
      />
      <div className={classes.buttons}>
        <p className={classes.hint} role="status">
          {isPending ? `Importing ${sayCounts(counts)}…` : "All of it is imported, or nothing."}
        </p>
        <Button variant="default" disabled={isPending} onClick={onBack}>
          Back
        </Button>
        <Button
          loading={isPending}
          disabled={isNothing}
          onClick={() =>
            onRun({
              skippedKeys: [...skippedKeys],
              skippedChatflows: [...skippedChatflows],
              publicChatflows: [...publicChatflows],
            })
          }
        >
          {isNothing ? "Import" : `Import ${sayCounts(counts)}`}
        </Button>
      </div>
    </div>
  );
}
