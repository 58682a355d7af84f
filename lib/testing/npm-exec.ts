import path from "node:path";

/**
 * How `npm` is to be run for a command of a package that is none of ours, as nothing but a test or a measurement
 * needs it: npm fetches it and keeps it in its own cache. It runs on this Node, whatever else the machine has.
 */
export function npmExec(of: string, ...command: string[]): { args: string[]; env: NodeJS.ProcessEnv } {
  return {
    args: ["exec", "--yes", "--ignore-scripts", `--package=${of}`, "--", ...command],
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
      NO_UPDATE_NOTIFIER: "1",
    },
  };
}
