"use client";

import { ActionIcon, Button, NativeSelect, NumberInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { FormEvent } from "react";
import { FailureAlert } from "@/components/failure-alert";
import { SaveButton } from "@/components/save-button";
import { toast } from "@/components/toast";
import { UnsavedChanges } from "@/components/unsaved-changes";
import { useFocusAfter } from "@/components/use-focus-after";
import type { Failure } from "@/components/use-submit";
import { describeLimit, type Limit, limitsSchema, quotaPeriods, rateWindows } from "@/lib/api-keys/limits";
import { setApiKeyLimitsAction } from "../actions";
import { ChangedMeanwhile } from "./changed-meanwhile";
import classes from "./key.module.css";
import { useKeyPart } from "./use-key-part";

/** A limit as it is typed; `key` tells rows apart while they are edited. */
interface Row {
  key: number;
  /** "rate:minute", "quota:month". */
  period: string;
  max: number | string;
  isNew: boolean;
}

const periods = [
  ...rateWindows.map((per) => ({ value: `rate:${per}`, label: `per ${per}` })),
  ...quotaPeriods.map((per) => ({ value: `quota:${per}`, label: `in a ${per} (UTC)` })),
];

function toRow(limit: Limit, key: number): Row {
  return { key, period: `${limit.kind}:${limit.per}`, max: limit.max, isNew: false };
}

function toInput({ period, max }: Row) {
  const [kind, per] = period.split(":");
  return { kind, per, max: max === "" ? undefined : Number(max) } as Limit;
}

/** What would be lost: a row that was only added, and says nothing yet, would not. */
function contentOf(rows: Row[]): string {
  return JSON.stringify(rows.filter(({ isNew, max }) => !isNew || max !== "").map(toInput));
}

const addId = "add-limit";

const way = {
  draftOf: (limits: Limit[]) => (limits.length > 0 ? limits.map(toRow) : [newRow([])]),
  contentOf,
  check(rows: Row[]): Failure | null {
    const [issue] = limitsSchema.safeParse(rows.map(toInput)).error?.issues ?? [];
    return issue ? { field: ["limits", ...issue.path].join("."), message: issue.message } : null;
  },
  storedOf: ({ limits }: { limits: Limit[] }) => limits,
};

interface Props {
  id: string;
  limits: Limit[];
  /** The id of the card's title. */
  title: string;
  /** The id of what has the focus after the form. */
  next: string;
  onClose: () => void;
}

/** A key's limits, a row each. Checks with the schema the server checks with. */
export function LimitsForm({ id, limits, title, next, onClose }: Props) {
  const part = useKeyPart(limits, {
    ...way,
    send: (rows, seen) => setApiKeyLimitsAction({ id, limits: rows.map(toInput), seen }),
    onSaved(_, isAll) {
      toast({ title: "Limits saved", message: "They count from the next call on." });
      if (isAll) onClose();
    },
  });
  const { draft: rows, failure, isDirty, isPending } = part;
  // "limits.2.max"
  const [, badIndex] = /^limits\.(\d+)/.exec(failure?.field ?? "") ?? [];

  function changeRow(key: number, change: Partial<Row>) {
    part.change((before) => before.map((row) => (row.key === key ? { ...row, ...change } : row)));
  }

  function save(event: FormEvent) {
    event.preventDefault();
    part.save();
  }

  return (
    <form className={classes.form} onSubmit={save} noValidate>
      <UnsavedChanges isDirty={isDirty} />
      <FailureAlert message={badIndex === undefined ? failure?.message : null} />
      <ChangedMeanwhile part={part} what="limits" stored={limits.map(describeLimit)} none="no limits." next={title} />
      {rows.map((row, index) => (
        <LimitRow
          key={row.key}
          row={row}
          // The first when the form opens, and each that is added to it.
          autoFocus={index === 0 || row.isNew}
          label={`Limit ${index + 1}`}
          error={Number(badIndex) === index ? failure?.message : undefined}
          onChange={(change) => changeRow(row.key, change)}
          onRemove={() => part.change((before) => before.filter(({ key }) => key !== row.key))}
        />
      ))}
      {rows.length === 0 && (
        <p className={classes.hint}>No limits: the key may make as many calls as its callers like.</p>
      )}
      <div className={classes.foot}>
        {rows.length < periods.length && (
          <Button
            id={addId}
            variant="subtle"
            className={classes.footStart}
            leftSection={<IconPlus size={15} stroke={1.8} aria-hidden="true" />}
            onClick={() => part.change((before) => [...before, newRow(before)])}
          >
            Add a limit
          </Button>
        )}
        <span className={classes.footEnd}>
          <Button variant="default" onClick={onClose} disabled={isPending}>
            Cancel
          </Button>
          <SaveButton isPending={isPending} next={next} disabled={!isDirty}>
            Save limits
          </SaveButton>
        </span>
      </div>
    </form>
  );
}

/** The first period that has no limit yet, by the minute first. */
function newRow(rows: Row[]): Row {
  const order = ["rate:minute", "quota:month", ...periods.map(({ value }) => value)];
  const period = order.find((value) => rows.every((row) => row.period !== value)) ?? "rate:minute";
  return { key: Math.max(0, ...rows.map(({ key }) => key)) + 1, period, max: "", isNew: true };
}

interface LimitRowProps {
  row: Row;
  autoFocus: boolean;
  label: string;
  error: string | undefined;
  onChange: (part: Partial<Row>) => void;
  onRemove: () => void;
}

function LimitRow({ row, autoFocus, label, error, onChange, onRemove }: LimitRowProps) {
  useFocusAfter(addId);
  return (
    <fieldset className={classes.limitRow}>
      <legend className="visually-hidden">{label}</legend>
      <NumberInput
        aria-label="Calls"
        placeholder="Calls"
        className={classes.limitMax}
        value={row.max}
        autoFocus={autoFocus}
        min={1}
        clampBehavior="none"
        thousandSeparator=","
        hideControls
        error={error && <span role="alert">{error}</span>}
        onChange={(max) => onChange({ max })}
      />
      <NativeSelect
        aria-label="Counted"
        className={classes.limitPeriod}
        data={periods}
        value={row.period}
        onChange={(event) => onChange({ period: event.currentTarget.value })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={`Remove ${label.toLowerCase()}`}
        onClick={onRemove}
      >
        <IconTrash size={16} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
    </fieldset>
  );
}
