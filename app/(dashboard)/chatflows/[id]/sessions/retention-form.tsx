"use client";

import { NativeSelect, NumberInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { unreachable } from "@/components/no-answer";
import { SaveButton } from "@/components/save-button";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { retentionMaxDays } from "@/lib/sessions/limits";
import { counted } from "../../wording";
import { setRetentionAction } from "./actions";
import classes from "./sessions.module.css";

const choices = [
  { value: "ever", label: "For ever" },
  { value: "365", label: "365 days" },
  { value: "90", label: "90 days" },
  { value: "30", label: "30 days" },
  { value: "7", label: "7 days" },
  { value: "custom", label: "Another number of days" },
  { value: "0", label: "Keep nothing" },
];

const fieldId = "keep-conversations";

function choiceOf(days: number | null): string {
  if (days === null) return "ever";
  return choices.some(({ value }) => value === String(days)) ? String(days) : "custom";
}

function explain(days: number | null | undefined, savedDays: number | null): string {
  if (days === undefined) return "";
  if (days === null) return "Conversations stay until you delete them.";
  if (days === 0) {
    return "Calls are counted, but nothing that is said is stored: the chatflow cannot remember earlier turns of a session. Saving deletes every conversation it has. This cannot be undone.";
  }
  if (savedDays === days) return "Each turn is deleted when it is older than that, at the latest a day later.";
  const isLess = savedDays === null || days < savedDays;
  return isLess
    ? `Saving deletes every turn older than ${counted(days, "day")}. This cannot be undone.`
    : "What was already deleted does not come back.";
}

/** How long conversations are kept. What a shorter time deletes is said before it is saved. */
export function RetentionForm({ chatflowId, savedDays }: { chatflowId: string; savedDays: number | null }) {
  const router = useRouter();
  const [choice, setChoice] = useState(choiceOf(savedDays));
  const [custom, setCustom] = useState<number | string>(savedDays || "");
  const { submit, failure, setFailure, isPending } = useSubmit<{ deleted: number }>(unreachable, ({ deleted }) => {
    toast({
      title: "Retention saved",
      message: deleted > 0 ? `${counted(deleted, "older turn")} were deleted.` : explain(days, days ?? null),
    });
    router.refresh();
  });
  // Undefined while no number has been given.
  const customDays = typeof custom === "number" ? custom : undefined;
  const days = choice === "ever" ? null : choice === "custom" ? customDays : Number(choice);
  const isChanged = days !== savedDays;

  function save(event: FormEvent) {
    event.preventDefault();
    if (days === undefined || (choice === "custom" && (!Number.isInteger(days) || Number(days) < 1))) {
      setFailure({ message: `Give a whole number of days, from 1 to ${retentionMaxDays.toLocaleString("en")}.` });
      return;
    }
    submit(() => setRetentionAction({ chatflowId, days }));
  }

  return (
    <form className={classes.retention} onSubmit={save} noValidate>
      <div className={classes.retentionFields}>
        <NativeSelect
          id={fieldId}
          label="Keep conversations"
          data={choices}
          value={choice}
          disabled={isPending}
          onChange={(event) => {
            setChoice(event.currentTarget.value);
            setFailure(null);
          }}
        />
        {choice === "custom" && (
          <NumberInput
            label="Days"
            className={classes.days}
            value={custom}
            disabled={isPending}
            min={1}
            max={retentionMaxDays}
            clampBehavior="none"
            allowDecimal={false}
            onChange={(value) => {
              setCustom(value);
              setFailure(null);
            }}
          />
        )}
        {isChanged && (
          <SaveButton isPending={isPending} next={fieldId} {...(days === 0 && { color: "red" })}>
            Save
          </SaveButton>
        )}
      </div>
      <p className={classes.hint} role="status">
        {!failure && explain(days, savedDays)}
      </p>
      <p className={classes.error} role="alert">
        {failure?.message}
      </p>
    </form>
  );
}
