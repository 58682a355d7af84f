import classes from "./list.module.css";

/** Widths of the names that are yet to come, in percent: no two rows alike. */
const rows = [31, 24, 35, 27, 33, 25];

/** A list that is being read. */
export function ListLoading({ label }: { label: string }) {
  return (
    <>
      <p role="status" className="visually-hidden">
        {label}
      </p>
      <div aria-hidden="true">
        {rows.map((width) => (
          <div key={width} className={classes.boneRow}>
            <div className={classes.bone} style={{ width: `${width}%` }} />
            <div className={classes.bone} style={{ width: "16%", marginInlineStart: "auto" }} />
          </div>
        ))}
      </div>
    </>
  );
}
