import type { CSSProperties, ReactNode } from "react";
import { BrandMark } from "./brand";
import classes from "./card-page.module.css";

/** A page of one card under the mark, for people outside the dashboard. `width` in pixels. */
export function CardPage({ width, children }: { width: number; children: ReactNode }) {
  return (
    <main className={classes.frame}>
      <div className={classes.card} style={{ "--card-width": `${width}px` } as CSSProperties}>
        <div className={classes.brand}>
          <BrandMark size={30} />
        </div>
        {children}
      </div>
    </main>
  );
}
