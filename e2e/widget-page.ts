import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { Pool } from "pg";
import { test as base } from "./model-page";
import { startWebsite, type Website } from "./website";

/** Journeys with a website of somebody else's, and a visitor of it. */
export const test = base.extend<{ website: Website; visitor: Page }>({
  website: async ({ baseURL }, use) => {
    const website = await startWebsite(baseURL as string);
    await use(website);
    website.close();
  },
  /** Somebody on that website, who has never been to ours. */
  visitor: async ({ browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await use(await context.newPage());
    await context.close();
  },
});

export const field = (page: Page) => page.getByPlaceholder("Type your question");
export const said = (page: Page, text: string | RegExp) => page.locator(".chatbot-host-bubble", { hasText: text });

export async function visit(page: Page, origin: string, settings: object): Promise<void> {
  await page.goto("about:blank");
  await page.goto(`${origin}/#${encodeURIComponent(JSON.stringify(settings))}`);
}

export async function ask(page: Page, question: string): Promise<void> {
  await field(page).fill(question);
  await field(page).press("Enter");
}

export async function share(db: Pool, id: string, sharing: object): Promise<void> {
  await db.query("UPDATE chatflow SET sharing = $2 WHERE id = $1", [id, JSON.stringify(sharing)]);
}

/** A public chatflow that answers from a document. */
export async function makeWorkshop(db: Pool, sharing: object): Promise<string> {
  const [id, document] = [randomUUID(), randomUUID()];
  await db.query(
    `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, is_public, created_at, updated_at)
     SELECT $1, w.id, $2, $2, '{"kind": "knowledge", "memoryTurns": 3, "maxPassages": 3}', true, now(), now()
     FROM workspace w WHERE w.slug = 'default'`,
    [id, `workshop ${id}`],
  );
  await db.query(
    `INSERT INTO document (id, chatflow_id, name, media_type, size, created_at)
     VALUES ($1, $2, 'handbook.md', 'text/markdown', 80, now())`,
    [document, id],
  );
  const passages = ["The workshop opens at nine on weekdays.", "The workshop closes at five on weekdays."];
  for (const [ordinal, content] of passages.entries()) {
    await db.query(
      `INSERT INTO passage (id, document_id, chatflow_id, ordinal, heading, content) VALUES ($1, $2, $3, $4, '', $5)`,
      [randomUUID(), document, id, ordinal, content],
    );
  }
  await share(db, id, sharing);
  return id;
}
