import { type ReactNode, useId } from "react";
import classes from "./key.module.css";

interface Props {
  /** Of its title, which has the focus when what had it is gone from the card. */
  titleId?: string;
  title: string;
  action?: ReactNode;
  children: ReactNode;
}

/** A part of the key's page. */
export function Card({ titleId, title, action, children }: Props) {
  const ownId = useId();
  const id = titleId ?? ownId;
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.cardHead}>
        <h2 id={id} tabIndex={-1} className={classes.cardTitle}>
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}
