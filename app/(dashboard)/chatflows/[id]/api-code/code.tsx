import classes from "./api-code.module.css";
import { type Grammar, highlight } from "./highlight";

/** A sample with its parts in colours. */
export function Code({ label, code, grammar }: { label: string; code: string; grammar: Grammar }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.code} tabIndex={0} aria-label={`${label} sample`}>
      <pre>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: highlight.js escapes all text; highlight.test.ts */}
        <code dangerouslySetInnerHTML={{ __html: highlight(code, grammar) }} />
      </pre>
    </section>
  );
}
