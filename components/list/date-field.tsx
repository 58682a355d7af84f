import { TextInput } from "@mantine/core";
import { type ChangeEvent, useEffect, useRef } from "react";

interface Props {
  label: string;
  /** The date in the address. */
  value: string;
  /** Whether the list that was asked for is still on its way. */
  isPending: boolean;
  onChoose: (date: string) => void;
}

/**
 * Whether somebody is still at it. Of a year being typed a browser makes a date with each digit, 0002-01-05 first;
 * and one of which a part was just deleted reads like one that was cleared.
 */
function isHalfTyped({ value, validity }: HTMLInputElement): boolean {
  return validity.badInput || (value !== "" && value < "1000");
}

/** A day that narrows a list down: chosen, or typed part by part, and then taken at its end, on Enter or on leaving. */
export function DateField({ label, value, isPending, onChoose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const asked = useRef(value);

  function ask(date: string) {
    if (date === asked.current) return;
    asked.current = date;
    onChoose(date);
  }

  // The address changed by other means, for example Back; never by what is typed here, which may have gone on since.
  useEffect(() => {
    if (isPending || value === asked.current) return;
    asked.current = value;
    if (field.current) field.current.value = value;
  }, [value, isPending]);

  return (
    <TextInput
      ref={field}
      type="date"
      label={label}
      size="xs"
      // Else Chromium lets a year have six digits, and goes on adding to the four there are.
      max="9999-12-31"
      defaultValue={value}
      aria-busy={isPending}
      onChange={({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
        if (!isHalfTyped(currentTarget)) ask(currentTarget.value);
      }}
      onBlur={({ currentTarget }) => ask(currentTarget.value)}
      onKeyDown={({ key, currentTarget }) => {
        if (key === "Enter") ask(currentTarget.value);
      }}
    />
  );
}
