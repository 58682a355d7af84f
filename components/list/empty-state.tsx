import type { ComponentType, ReactNode } from "react";
import classes from "./list.module.css";

interface Props {
  Icon: ComponentType<{ size: number; stroke: number; "aria-hidden": "true" }>;
  title: ReactNode;
  /** "h1" where it is the whole page. */
  heading?: "h1" | "h2";
  /** What it means, in a sentence or two. */
  text: ReactNode;
  /** The one thing to do now, if there is one. */
  children?: ReactNode;
}

/** What stands in place of a list, or of a page, that has nothing to show. */
export function EmptyState({ Icon, title, heading: Heading = "h2", text, children }: Props) {
  return (
    <section className={classes.empty}>
      <span className={classes.emptyIcon}>
        <Icon size={22} stroke={1.5} aria-hidden="true" />
      </span>
      <Heading className={classes.emptyTitle}>{title}</Heading>
      <p className={classes.emptyText}>{text}</p>
      {children}
    </section>
  );
}
