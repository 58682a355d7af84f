"use client";

import { Radio, TextInput } from "@mantine/core";
import { useId, useState } from "react";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { objectionToOverlap } from "@/lib/api-keys/times";
import classes from "./overlap-field.module.css";

const hourMs = 3_600_000;
const offered = [
  { value: "1", label: "In 1 hour" },
  { value: "24", label: "In 24 hours" },
  { value: "168", label: "In 7 days" },
];

/** What was chosen: null for now, `undefined` while a time is to be chosen and none is. */
export type ChosenOverlap = Date | null | undefined;

interface Props {
  apiKey: ApiKeySummary;
  onChange: (oldTokenStops: ChosenOverlap) => void;
  error?: string | undefined;
}

function meaning(choice: string): string {
  if (choice === "now") return "Callers are refused until they send the new token.";
  return "Until then both tokens work, so that callers can change over.";
}

/** When the old token stops. What the key's own state rules out cannot be chosen, and says why. */
export function OverlapField({ apiKey, onChange, error }: Props) {
  const [now] = useState(() => new Date());
  const [choice, setChoice] = useState("now");
  const [time, setTime] = useState("");
  const noteId = useId();
  const objectionTo = (hours: number) => objectionToOverlap(new Date(now.getTime() + hours * hourMs), now, apiKey);
  const shortest = objectionTo(1);
  const objection = offered.map(({ value }) => objectionTo(Number(value))).find(Boolean);

  function tell(nextChoice: string, nextTime: string) {
    if (nextChoice === "now") return onChange(null);
    if (nextChoice === "time") return onChange(nextTime ? new Date(nextTime) : undefined);
    onChange(new Date(Date.now() + Number(nextChoice) * hourMs));
  }
  function choose(next: string) {
    setChoice(next);
    tell(next, time);
  }

  return (
    <Radio.Group label="The old token stops" value={choice} onChange={choose} aria-describedby={noteId}>
      <div className={classes.choices}>
        <Radio value="now" label="Now" />
        {offered.map(({ value, label }) => (
          <Radio key={value} value={value} label={label} disabled={objectionTo(Number(value)) !== null} />
        ))}
        <Radio value="time" label="At a time" disabled={shortest !== null} />
      </div>
      {choice === "time" && (
        <TextInput
          type="datetime-local"
          label="Time (yours)"
          className={classes.time}
          value={time}
          error={error !== undefined}
          onChange={({ currentTarget: { value } }) => {
            setTime(value);
            tell(choice, value);
          }}
        />
      )}
      {error && (
        <p role="alert" className={classes.error}>
          {error}
        </p>
      )}
      <p id={noteId} className={classes.note}>
        {objection ?? meaning(choice)}
      </p>
    </Radio.Group>
  );
}
