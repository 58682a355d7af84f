import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { type FoundToken, findTokens } from "@/lib/api-keys/find-tokens";
import { revokeToken } from "@/lib/api-keys/revoke";
import { maskToken } from "@/lib/api-keys/schema";
import { commandLineName } from "@/lib/context";
import { StopError } from "../stop-error.ts";
import { type Answer, answering, print } from "./answer.ts";
import { givenPath } from "./given-file.ts";
import { readSecret } from "./read-secret.ts";

type Found = FoundToken & { file: string };

/** What was installed, and git's compressed objects, hold nothing that a person wrote. */
const skipped = new Set([".git", "node_modules"]);

/** A file itself; of a directory all files below it. */
async function* filesAt(given: string): AsyncGenerator<string> {
  const full = givenPath(given);
  const found = await stat(full).catch((error: NodeJS.ErrnoException) => {
    throw new StopError(`${given} cannot be read (${error.code}).`);
  });
  if (!found.isDirectory()) return yield given;
  for (const entry of await readdir(full, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    if (entry.isDirectory() || entry.isFile()) yield* filesAt(path.join(given, entry.name));
  }
}

async function tokensIn(file: string, input: NodeJS.ReadableStream): Promise<Found[]> {
  // Byte by byte: a token has ASCII only, and what is around it may be in any encoding or in none.
  input.setEncoding("latin1");
  const found: Found[] = [];
  for await (const token of findTokens(createInterface({ input }))) found.push({ file, ...token });
  return found;
}

async function check(paths: string[]): Promise<Found[]> {
  if (paths.length === 0) return await tokensIn("-", process.stdin);
  const found: Found[] = [];
  for (const given of paths) {
    for await (const file of filesAt(given)) {
      const input = createReadStream(givenPath(file));
      const tokens = tokensIn(file, input).catch((error: NodeJS.ErrnoException) => {
        throw new StopError(`${file} cannot be read (${error.code}).`);
      });
      found.push(...(await tokens));
    }
  }
  return found;
}

/** Where each token stands; of the token itself only the end. */
function told(found: Found[]): Answer {
  const lines = found.map(({ file, line, lastFour }) => `${file}:${line}: ${maskToken(lastFour, null)}`);
  return { json: found, text: lines.join("\n") || "No token was found." };
}

/** `flowlatch token …` */
export function addTokenCommands(program: Command): void {
  const token = program.command("token").description("find leaked tokens, and end them");
  token
    .command("check [paths...]")
    .description("look for tokens in files, directories or standard input, offline; exits with 1 if there are any")
    .action(async (paths: string[], _: unknown, command: Command) => {
      const found = await check(paths);
      print(told(found), command);
      if (found.length > 0) process.exitCode = 1;
    });
  token
    .command("revoke")
    .description("end a token that was found where it should not be; its key is marked as exposed")
    .requiredOption("--token-stdin", "read the token from standard input")
    .action(
      answering(async ({ setup }) => {
        const revoked = await revokeToken(setup, await readSecret(), ({ workspaceId }) => ({
          kind: "system",
          workspaceId,
          name: commandLineName,
        }));
        if (!revoked) throw new StopError("That is not a token of this deployment. Nothing was changed.");
        const { lastFour, source, name, was } = revoked;
        const verb = was === "ended" ? "had ended before" : "is refused from now on";
        return { json: revoked, text: `The token ${maskToken(lastFour, source)} of “${name}” ${verb}.` };
      }),
    );
}
