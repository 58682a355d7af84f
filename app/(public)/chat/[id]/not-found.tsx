import classes from "@/app/status-page.module.css";

/** The same for a chatflow that is not public and for one that never was. */
export default function ChatNotAvailable() {
  return (
    <main className={classes.frame}>
      <h1 className={classes.title}>This chat is not available</h1>
      <p className={classes.text}>
        The address may be wrong, or the chat is not open to everybody. Ask whoever gave you the link.
      </p>
    </main>
  );
}
