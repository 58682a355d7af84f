import classes from "./conversation.module.css";

/** Where an answer is from, folded: document and heading of each passage. */
export function Sources({ sources }: { sources: string[] }) {
  if (sources.length === 0) return null;
  return (
    <details className={classes.sources}>
      <summary>{sources.length === 1 ? "1 source" : `${sources.length} sources`}</summary>
      <ol>
        {sources.map((source, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a record that does not change
          <li key={index}>{source || "Unnamed source"}</li>
        ))}
      </ol>
    </details>
  );
}
