"use client";

import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { sayDays } from "@/lib/api-keys/times";
import classes from "./expiry-field.module.css";

const dayMs = 86_400_000;
const offeredDays = [7, 30, 90, 365];

/** What was chosen: `undefined` while a date is to be chosen and none is. */
export type ChosenExpiry = Date | null | undefined;

interface Props {
  /** What it is at first; null for never. */
  initial: Date | null;
  /** The workspace's longest lifetime in days; null for as long as one likes. */
  maxDays: number | null;
  onChange: (expiresAt: ChosenExpiry) => void;
  error?: string | undefined;
  disabled?: boolean;
}

/** The end of a day in UTC: who chooses a date means that it still works on it. */
function endOfDay(date: string): Date {
  return new Date(`${date}T23:59:59.999Z`);
}

function dateOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The longest offered lifetime that the workspace allows; null for never. */
export function defaultExpiry(maxDays: number | null, now: Date): Date | null {
  if (maxDays === null) return null;
  const days = offeredDays.findLast((offered) => offered <= maxDays) ?? maxDays;
  return new Date(now.getTime() + days * dayMs);
}

/** When a key stops working: never, so many days from now, or on a date (UTC). */
export function ExpiryField({ initial, maxDays, onChange, error, disabled }: Props) {
  const first = initial === null ? "never" : "date";
  const [choice, setChoice] = useState(first);
  const [date, setDate] = useState(initial ? dateOf(initial) : "");
  const days = offeredDays.filter((offered) => maxDays === null || offered <= maxDays);
  const choices = [
    ...(maxDays === null ? [{ value: "never", label: "Never" }] : []),
    // From before there was a longest lifetime, and so it may stay.
    ...(maxDays !== null && initial === null ? [{ value: "never", label: "Never (as it is now)" }] : []),
    ...days.map((offered) => ({ value: String(offered), label: `In ${sayDays(offered)}` })),
    { value: "date", label: "On a date" },
  ];

  function tell(nextChoice: string, nextDate: string) {
    if (nextChoice === "never") return onChange(null);
    if (nextChoice !== "date") return onChange(new Date(Date.now() + Number(nextChoice) * dayMs));
    // Untouched, it keeps its hour as well.
    if (initial && nextDate === dateOf(initial)) return onChange(initial);
    onChange(nextDate ? endOfDay(nextDate) : undefined);
  }

  return (
    <div className={classes.fields}>
      <NativeSelect
        label="Expires"
        // Under it, so that it stands in a line with the date.
        inputWrapperOrder={["label", "input", "description", "error"]}
        description={maxDays === null ? undefined : `Keys of this workspace work for at most ${sayDays(maxDays)}.`}
        data={choices}
        value={choice}
        disabled={disabled}
        error={choice !== "date" && error && <span role="alert">{error}</span>}
        onChange={({ currentTarget: { value } }) => {
          setChoice(value);
          tell(value, date);
        }}
      />
      {choice === "date" && (
        <TextInput
          type="date"
          label="Last day (UTC)"
          value={date}
          min={dateOf(new Date())}
          disabled={disabled}
          error={error && <span role="alert">{error}</span>}
          onChange={({ currentTarget: { value } }) => {
            setDate(value);
            tell(choice, value);
          }}
        />
      )}
    </div>
  );
}
