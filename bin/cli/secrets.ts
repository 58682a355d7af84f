import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { newSecrets } from "../secrets.ts";
import { StopError } from "../stop-error.ts";
import { print } from "./answer.ts";
import { givenPath } from "./given-file.ts";

/** What compose.yaml reads: one file for each container that is told secrets, with those that are its own. */
function environmentFiles(publicUrl: string | undefined): Record<string, Record<string, string>> {
  const password = randomBytes(32).toString("base64url");
  return {
    ".env.flowlatch": {
      DATABASE_URL: `postgresql://flowlatch:${password}@postgres:5432/flowlatch`,
      ...newSecrets(),
      ...(publicUrl && { FLOWLATCH_PUBLIC_URL: publicUrl }),
    },
    ".env.postgres": { POSTGRES_PASSWORD: password },
  };
}

/** New secrets in a file's place would make every key, session and credential of the deployment void. */
function writeNew(file: string, variables: Record<string, string>): void {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  try {
    writeFileSync(file, lines.join(""), { mode: 0o600, flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new StopError(`${file} is there already, and is left as it is.`);
    throw new StopError(`${file} cannot be written (${code}).`);
  }
}

/** `flowlatch secrets` */
export function addSecretsCommand(program: Command): void {
  program
    .command("secrets <directory>")
    .description("write new secrets for compose.yaml: .env.flowlatch and .env.postgres, readable to you alone")
    .option("--public-url <address>", "where people will open it, such as https://keys.example.com")
    .action((directory: string, { publicUrl }: { publicUrl?: string }, command: Command) => {
      const files = Object.entries(environmentFiles(publicUrl)).map(([name, variables]) => {
        const file = path.join(givenPath(directory), name);
        writeNew(file, variables);
        return file;
      });
      const text = `${files.join("\n")}\nKeep a copy where your backups are: without them no key in a backup is valid.`;
      print({ json: { files }, text }, command);
    });
}
