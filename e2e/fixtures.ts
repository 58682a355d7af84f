import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type BrowserContext, test as base, type Page } from "@playwright/test";
import bcrypt from "bcryptjs";
import { encode } from "next-auth/jwt";
import { Pool } from "pg";
import { listening } from "./listening";
import { owner } from "./owner";
import { watchPolicy } from "./policy-violations";
import { ownServer } from "./test-servers";

export { expect } from "@playwright/test";
export { owner } from "./owner";

/** Where this worker's `npm start` put its data. */
export const dataDirectory = () => ownServer().dataDirectory;
/** The address that it printed on a fresh data directory. */
export const setupUrl = () => ownServer().setupUrl;

/** A running server's own database. */
export function openServerDatabase(directory: string): Pool {
  const connectionString = readFileSync(path.join(directory, "address"), "utf8").trim();
  return new Pool({ connectionString, max: 2 });
}

async function sessionCookie(user: { id: string; session_epoch: number }, baseURL: string) {
  const { FLOWLATCH_SESSION_SECRET: secret } = JSON.parse(
    readFileSync(path.join(dataDirectory(), "secrets.json"), "utf8"),
  ) as Record<string, string>;
  if (!secret) throw new Error("secrets.json holds no session secret.");
  const value = await encode({ token: { sub: user.id, sessionEpoch: user.session_epoch }, secret });
  return { name: "flowlatch.session", value, url: baseURL, httpOnly: true, sameSite: "Lax" as const };
}

/** Signs a browser context in as a user, without the form. */
export async function signInAs(context: BrowserContext, db: Pool, baseURL: string, email: string): Promise<void> {
  const { rows } = await db.query('SELECT id, session_epoch FROM "user" WHERE email = $1', [email]);
  if (!rows[0]) throw new Error(`There is no account for ${email}: the first journey has not run.`);
  await context.addCookies([await sessionCookie(rows[0], baseURL)]);
}

/** Makes sure there is an operator of a role in the owner's workspace, and returns the email. */
export async function ensureOperator(db: Pool, role: "viewer" | "editor" | "admin"): Promise<string> {
  const email = `${role}@example.com`;
  const hash = await bcrypt.hash(randomUUID(), 4);
  await db.query(
    `WITH added AS (INSERT INTO "user" (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (email) DO NOTHING RETURNING id)
     INSERT INTO membership (workspace_id, user_id, role)
     SELECT w.id, added.id, $5::role FROM added, workspace w WHERE w.slug = 'default'`,
    [randomUUID(), email, `Vera ${role}`, hash, role],
  );
  return email;
}

async function signedInPage(context: BrowserContext, db: Pool, baseURL: string, email: string): Promise<Page> {
  await signInAs(context, db, baseURL, email);
  return listening(await context.newPage());
}

interface Fixtures {
  /** A page signed in as the owner. */
  operator: Page;
  /** A page signed in as a viewer, in a browser context of its own. */
  viewer: Page;
  /** In every test: what its pages do, their own content security policy lets them. */
  withinPolicy: undefined;
}

interface WorkerFixtures {
  /** The running server's own database. */
  db: Pool;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a function asks for from its pattern
  baseURL: async ({}, use) => use(ownServer().origin),
  db: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const pool = openServerDatabase(dataDirectory());
      await use(pool);
      await pool.end();
    },
    { scope: "worker" },
  ],
  withinPolicy: [
    async ({ browser, baseURL }, use) => {
      const policy = watchPolicy(browser, baseURL as string);
      await use(undefined);
      policy.end();
      base.expect(policy.found, "stopped by the page's content security policy").toEqual([]);
    },
    { auto: true },
  ],
  operator: async ({ context, db, baseURL }, use) => {
    await use(await signedInPage(context, db, baseURL as string, owner.email));
  },
  viewer: async ({ browser, db, baseURL }, use) => {
    const context = await browser.newContext({ baseURL: baseURL as string });
    await use(await signedInPage(context, db, baseURL as string, await ensureOperator(db, "viewer")));
    await context.close();
  },
});
