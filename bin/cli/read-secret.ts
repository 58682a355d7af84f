import { text } from "node:stream/consumers";

/** A password or key from standard input: on a command line it would end in the shell's history. */
export async function readSecret(): Promise<string> {
  // `echo` ends its line; a secret does not.
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}
