import classes from "./filters.module.css";
import { listHref } from "./pager";

const formats = [
  ["csv", "Export CSV"],
  ["jsonl", "Export JSON Lines"],
] as const;

/** What a list shows, as files: all of it that the filters leave. */
export function ExportLinks({ path, filters }: { path: string; filters: Record<string, string> }) {
  return (
    <span className={classes.exports}>
      {formats.map(([format, label]) => (
        <a key={format} className={classes.export} download href={listHref(path, { ...filters, format })}>
          {label}
        </a>
      ))}
    </span>
  );
}
