import { spawnSync } from "node:child_process";
import { createApiKey } from "@/lib/api-keys/service";
import type { Database } from "@/lib/db/client";
import { operatorContext } from "@/lib/testing/fixtures";
import { npmExec } from "@/lib/testing/npm-exec";
import { sessionCookieOf } from "@/lib/testing/session-cookie";
import { root } from "../deployment.ts";
import { findBrowser } from "../find-browser.ts";
import { StopError } from "../stop-error.ts";
import { table } from "./figures.ts";
import type { Servers } from "./servers.ts";

const cli = "lighthouse@13.5.0";
const keys = 50;

/** What is read of Lighthouse's report. */
interface Report {
  categories: Record<"performance" | "accessibility" | "best-practices", { score: number }>;
  audits: Record<
    string,
    { numericValue?: number; details?: { items: { resourceType?: string; transferSize?: number }[] } }
  >;
}

/** Lighthouse fails now and then for reasons of its own, a trace that it lost, and asks to be run again. */
const attempts = 3;

function lighthouse(url: string, cookie: string, preset: "desktop" | "phone", attempt = 1): Report {
  const options = [
    url,
    "--quiet",
    "--output=json",
    "--only-categories=performance,accessibility,best-practices",
    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    `--extra-headers=${JSON.stringify({ Cookie: cookie })}`,
    ...(preset === "desktop" ? ["--preset=desktop"] : []),
  ];
  const { args, env } = npmExec(cli, "lighthouse", ...options);
  const { status, stdout, stderr, error } = spawnSync("npm", args, {
    cwd: root,
    env: { ...env, CHROME_PATH: findBrowser(root) ?? "" },
    maxBuffer: 64 * 1024 ** 2,
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout) as Report;
  if (error) throw error;
  if (attempt < attempts) return lighthouse(url, cookie, preset, attempt + 1);
  throw new StopError(`Lighthouse failed ${attempts} times, at last with:\n${stderr.trim()}`);
}

/** What Lighthouse says of the keys page, as an owner with a page full of keys sees it. */
export async function page(db: Database, { app }: Servers): Promise<string> {
  const ctx = await operatorContext(db);
  for (let number = 1; number <= keys; number++) await createApiKey(ctx, { name: `Website ${number}` });
  const cookie = await sessionCookieOf(ctx);
  const rows = (["phone", "desktop"] as const).map((preset) => {
    const { categories, audits } = lighthouse(`${app.url}/keys`, cookie, preset);
    const requests = audits["network-requests"]?.details?.items ?? [];
    const scripts = requests.filter(({ resourceType }) => resourceType === "Script");
    const bytes = scripts.reduce((sum, { transferSize = 0 }) => sum + transferSize, 0);
    const score = (name: keyof Report["categories"]) => (categories[name].score * 100).toFixed(0);
    const ms = (audit: string) => audits[audit]?.numericValue?.toFixed(0) ?? "unknown";
    return [
      preset,
      score("performance"),
      score("accessibility"),
      score("best-practices"),
      ms("first-contentful-paint"),
      ms("interactive"),
      ms("total-blocking-time"),
      (bytes / 1024).toFixed(0),
    ];
  });
  const head = [
    "",
    "performance",
    "accessibility",
    "best practices",
    "first paint",
    "interactive",
    "blocked",
    "JavaScript KiB",
  ];
  return `## The keys page

${cli.replace("@", " ")} on the page with ${keys} keys, signed in: scores of 100, milliseconds on the phone and the line that it simulates, JavaScript as it is sent.

${table([head, ...rows])}
`;
}
