/** Ends a start or a command: `message` is a sentence for the person at the terminal. */
export class StopError extends Error {
  override readonly name = "StopError";
}
