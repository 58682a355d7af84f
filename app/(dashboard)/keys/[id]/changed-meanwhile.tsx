"use client";

import { ConflictAlert } from "@/components/conflict-alert";
import { useFocusAfter } from "@/components/use-focus-after";
import classes from "./key.module.css";
import type { KeyPart } from "./use-key-part";

interface Props {
  part: Pick<KeyPart, "isOvertaken" | "isPending" | "takeTheirs" | "saveOver">;
  /** What was changed, as in "the limits of this key". */
  what: string;
  /** What is stored now, an entry each. */
  stored: string[];
  /** What it means that nothing is stored. */
  none: string;
  /** The id of what has the focus once a choice was made. */
  next: string;
}

/** Says that somebody else changed what is being edited, and how it is stored now. */
export function ChangedMeanwhile({ part, ...props }: Props) {
  return part.isOvertaken && <Choice part={part} {...props} />;
}

function Choice({ part, what, stored, none, next }: Props) {
  useFocusAfter(next);
  return (
    <ConflictAlert isPending={part.isPending} onTakeTheirs={part.takeTheirs} onSaveOver={part.saveOver}>
      Somebody else changed the {what} of this key meanwhile. Yours are not saved, and still here. Stored now:
      {stored.length === 0 ? (
        ` ${none}`
      ) : (
        <ul className={classes.storedNow}>
          {stored.map((entry) => (
            <li key={entry}>{entry}</li>
          ))}
        </ul>
      )}
    </ConflictAlert>
  );
}
