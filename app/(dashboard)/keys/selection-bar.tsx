"use client";

import { Button } from "@mantine/core";
import { sayFailure, unreachable } from "@/components/no-answer";
import { failureToast, toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { disableApiKeysAction, enableApiKeysAction } from "./actions";
import { useOpenKeyDialog } from "./key-dialogs-provider";
import { useKeySelection } from "./key-selection";
import classes from "./selection.module.css";
import { countedKeys } from "./wording";

/** What can be done with the chosen keys. Disabling is undone with the button beside it, so it does not ask first. */
export function SelectionBar() {
  const { chosen, choose } = useKeySelection();
  const open = useOpenKeyDialog();
  const disable = useSwitch(disableApiKeysAction, "disabled", "Their tokens are refused from the next call on.");
  const enable = useSwitch(enableApiKeysAction, "enabled", "Their tokens count from the next call on.");
  if (chosen.length === 0) return null;
  const ids = chosen.map(({ id }) => id);
  const isBusy = disable.isPending || enable.isPending;
  return (
    <section className={classes.bar} aria-label="Chosen keys">
      <p className={classes.barText} role="status">
        {countedKeys(chosen.length)} chosen
      </p>
      <div className={classes.barButtons}>
        <Button
          size="xs"
          variant="default"
          loading={disable.isPending}
          disabled={enable.isPending}
          onClick={() => disable.run(ids)}
        >
          Disable
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={enable.isPending}
          disabled={disable.isPending}
          onClick={() => enable.run(ids)}
        >
          Enable
        </Button>
        <Button
          size="xs"
          variant="default"
          style={{ color: "var(--danger-text)" }}
          disabled={isBusy}
          onClick={(event) => open({ kind: "delete-many", apiKeys: chosen, opener: event.currentTarget })}
        >
          Delete
        </Button>
        <Button size="xs" variant="subtle" color="gray" disabled={isBusy} onClick={() => choose([])}>
          Clear
        </Button>
      </div>
    </section>
  );
}

function useSwitch(action: typeof disableApiKeysAction, done: string, message: string) {
  const { submit, isPending } = useSubmit<{ names: string[] }>(
    unreachable,
    ({ names }) => toast({ title: `${countedKeys(names.length)} ${done}`, message }),
    // There is no field beside which to say what went wrong.
    (failure) => failureToast(sayFailure("The keys were not changed", failure)),
  );
  return { isPending, run: (ids: string[]) => submit(() => action({ ids })) };
}
