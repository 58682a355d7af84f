import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const commands = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

function onThisMachine(): string | undefined {
  const directories = (process.env.PATH ?? "").split(path.delimiter);
  const files = directories.flatMap((directory) => commands.map((name) => path.join(directory, name)));
  const mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  return [...files, mac].find((file) => existsSync(file));
}

function succeeds(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: ["ignore", 2, 2] }).status === 0;
}

/**
 * A Chromium for the journeys: the one FLOWLATCH_TEST_BROWSER names, one on this machine,
 * Playwright's own download, or Debian's package when we are root.
 * @returns path of an executable, or null when Playwright's own is to be used
 */
export function findBrowser(root: string): string | null {
  const present = process.env.FLOWLATCH_TEST_BROWSER || onThisMachine();
  if (present) return present;
  process.stderr.write("• No Chromium on this machine: fetching one\n");
  const playwright = path.join(root, "node_modules/@playwright/test/cli.js");
  if (succeeds(process.execPath, [playwright, "install", "chromium"])) return null;
  if (process.getuid?.() === 0 && succeeds("apt-get", ["update", "-qq"])) {
    succeeds("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
  }
  const installed = onThisMachine();
  if (installed) return installed;
  throw new Error("No Chromium could be found or installed. Install one, or name it in FLOWLATCH_TEST_BROWSER.");
}
