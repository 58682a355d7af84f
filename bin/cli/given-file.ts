import { readFile } from "node:fs/promises";
import path from "node:path";
import { StopError } from "../stop-error.ts";

/** Where a path of the command line leads: npm runs scripts in the project's directory; INIT_CWD is where the person was. */
export function givenPath(given: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), given);
}

/**
 * A file that somebody named on the command line.
 * @param what for the message: "document"
 */
export async function readGivenFile(what: string, file: string): Promise<Buffer> {
  return await readFile(givenPath(file)).catch((error: NodeJS.ErrnoException) => {
    throw new StopError(`The ${what} ${file} cannot be read (${error.code}).`);
  });
}
