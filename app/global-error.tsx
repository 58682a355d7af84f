"use client";

import classes from "./status-page.module.css";

/** The last resort, when even the frame of a page could not be made: no theme, no library. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en" className={classes.bare}>
      <body>
        <main className={classes.frame}>
          <h1 className={classes.title}>This page could not be made</h1>
          <p className={classes.text}>The database may be away. Try again in a few seconds.</p>
          <button type="button" className={classes.link} onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
