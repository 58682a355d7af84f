import { readFileSync } from "node:fs";
import path from "node:path";
import { pathsOf } from "@/e2e/build-inventory";
import { filesBelow, filesWithTokens, tablesWithTokens, tokenShape } from "@/lib/testing/token-sweep";
import { root } from "../deployment.ts";
import type { Stage } from "./stage.ts";

/** The pages that an owner sees of a chatflow and its key, tokens among them that hold one. */
async function pagesWithTokens({ app, cookie, attacked }: Stage): Promise<string[]> {
  const headers = { Cookie: cookie.replace("Cookie: ", "") };
  const addresses = [...new Set([...pathsOf("page"), ...pathsOf("route")])]
    .filter((one) => !one.startsWith("/api/") && !one.startsWith("/_"))
    .map((one) => one.replace(/\[+[^/]+\]+/g, attacked.chatflowId));
  const holding: string[] = [];
  for (const address of addresses) {
    const text = await (await fetch(app.url + address, { headers, redirect: "manual" })).text();
    if (tokenShape.test(text)) holding.push(address);
  }
  return holding;
}

/** From here on pino's levels are of failures (https://getpino.io/#/docs/api?id=logger-level). */
const errorLevel = 50;

/** What Next writes as an error and is its caller's doing: hanging up in the middle, and naming an action that is not. */
const ofCallers = /Error: aborted$|Failed to find Server Action/;

/**
 * Lines in which the server tells of a failure of its own: an action that fails is answered with 200, so its answer
 * does not show it. What Next and Node write by themselves is no JSON.
 */
export function failuresIn(log: string): string[] {
  return log.split("\n").filter((line) => {
    const level = levelOf(line);
    if (level !== null) return level >= errorLevel;
    return /\w*(Error|Exception)\b|⨯/.test(line) && !ofCallers.test(line);
  });
}

/** The level of a line of our log; null where it is none. */
function levelOf(line: string): number | null {
  try {
    return Object(JSON.parse(line)).level ?? null;
  } catch {
    return null;
  }
}

/** Looks for every token that was made or sent, in rows, log, build and pages, and for what failed unseen. */
export async function sweep(stage: Stage): Promise<{ what: string; found: string[] }[]> {
  const { holding } = await tablesWithTokens(stage.db.pool);
  const log = readFileSync(stage.logFile, "utf8");
  const inLog = log
    .split("\n")
    .filter((line) => tokenShape.test(line) || stage.secrets.some((one) => line.includes(one)));
  return [
    { what: "no row of any table holds a token", found: holding },
    { what: "no line of the log holds a token or a secret", found: inLog.slice(0, 5) },
    { what: "the log tells of no failure of our own", found: failuresIn(log).slice(0, 5) },
    { what: "no file of the build holds a token", found: filesWithTokens([...filesBelow(path.join(root, ".next"))]) },
    { what: "no page and no route of the dashboard shows a token", found: await pagesWithTokens(stage) },
  ];
}
