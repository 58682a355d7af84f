import { type ReactNode, useId } from "react";
import classes from "./editor.module.css";

interface Props {
  title: string;
  /** "h2" where the settings themselves have no heading. */
  heading?: "h2" | "h3";
  children: ReactNode;
}

/** A part of the settings under a heading of its own. */
export function Section({ title, heading: Heading = "h3", children }: Props) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Heading className={classes.sectionTitle} id={id}>
        {title}
      </Heading>
      {children}
    </section>
  );
}
