"use client";

import { useKeySelection } from "./key-selection";
import classes from "./selection.module.css";

/** Chooses the key of a row. */
export function SelectKey({ id, name }: { id: string; name: string }) {
  const { chosen, choose } = useKeySelection();
  const ids = chosen.map((key) => key.id);
  return (
    <label className={classes.box}>
      <input
        type="checkbox"
        aria-label={`Choose ${name}`}
        checked={ids.includes(id)}
        onChange={({ currentTarget: { checked } }) =>
          choose(checked ? [...ids, id] : ids.filter((other) => other !== id))
        }
      />
    </label>
  );
}

/** Chooses every key of the page, or none. */
export function SelectAllKeys() {
  const { keys, chosen, choose } = useKeySelection();
  const isAll = chosen.length === keys.length && keys.length > 0;
  return (
    <label className={classes.box}>
      <input
        type="checkbox"
        aria-label="Choose all keys on this page"
        checked={isAll}
        ref={(box) => {
          if (box) box.indeterminate = chosen.length > 0 && !isAll;
        }}
        onChange={() => choose(isAll ? [] : keys.map(({ id }) => id))}
      />
    </label>
  );
}
