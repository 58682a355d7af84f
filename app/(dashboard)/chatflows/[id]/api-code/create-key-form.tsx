"use client";

import { useFocusAfter } from "@/components/use-focus-after";
import { NewKeyForm } from "../../../keys/new-key-form";
import classes from "./api-code.module.css";
import type { useAccess } from "./use-access";

interface Props extends Pick<ReturnType<typeof useAccess>, "creation" | "createKey"> {
  /** Whether the key comes beside the assigned one. */
  isFurtherKey: boolean;
  maxDays: number | null;
  /** The id of what has the focus after the form. */
  next: string;
  onCancel: () => void;
}

/** Makes a key for this chatflow, in place. */
export function CreateKeyForm({ creation, createKey, isFurtherKey, maxDays, next, onCancel }: Props) {
  useFocusAfter(next);
  return (
    <div className={classes.createForm}>
      <NewKeyForm
        description="Who or what will use it, such as “Website”."
        maxDays={maxDays}
        creation={creation}
        onSubmit={(key) => createKey({ ...key, isFurtherKey })}
        onCancel={onCancel}
      />
    </div>
  );
}
