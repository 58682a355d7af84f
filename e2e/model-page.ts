import { randomUUID } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import type { Pool } from "pg";
import { type ProviderServer, startProviderServer } from "../lib/testing/provider-server";
import { test as base, expect } from "./fixtures";

/** Journeys with a model provider: a real server on loopback that answers as it is told. */
export const test = base.extend<{ leaveNoModels: undefined }, { provider: ProviderServer }>({
  provider: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a function asks for from its pattern
    async ({}, use) => {
      const provider = await startProviderServer();
      await use(provider);
      await provider.close();
    },
    { scope: "worker" },
  ],
  leaveNoModels: [
    async ({ db, provider }, use) => {
      provider.reset();
      await use(undefined);
      await db.query("DELETE FROM chatflow WHERE engine->>'kind' = 'model' OR name = 'Becomes a model'");
      await db.query("DELETE FROM provider");
    },
    { auto: true },
  ],
});

export const headingOf = (page: Page, name: string) => page.getByRole("heading", { name, exact: true, level: 1 });
export const nameField = (page: Page) =>
  page.getByRole("form", { name: "Settings" }).getByLabel("Name", { exact: true }).first();
export const modelField = (page: Page) => page.getByRole("combobox", { name: "Model" });
export const prompt = (page: Page) => page.getByLabel("System prompt");
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
export const exchangeOf = (page: Page, question: string) => page.getByRole("article", { name: question, exact: true });
export const lastSystem = (provider: ProviderServer) => provider.received.at(-1)?.prompt.system;

/** A provider at the test's server, and a chatflow on it, straight in the database. */
export async function makeChatflow(
  db: Pool,
  provider: ProviderServer,
  name: string,
  engine: object = {},
): Promise<string> {
  const [id, providerId] = [randomUUID(), randomUUID()];
  await db.query(
    `INSERT INTO provider (id, workspace_id, name, name_key, kind, base_url, created_at, updated_at)
     SELECT $1, w.id, $2, lower($2), 'openai-compatible', $3, now(), now() FROM workspace w WHERE w.slug = 'default'`,
    [providerId, `Provider of ${name}`, `${provider.url}/v1`],
  );
  const stored = { kind: "model", providerId, model: "test-small", memoryTurns: 3, ...engine };
  await db.query(
    `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, created_at, updated_at)
     SELECT $1, w.id, $2, lower($2), $3, now(), now() FROM workspace w WHERE w.slug = 'default'`,
    [id, name, JSON.stringify(stored)],
  );
  return id;
}

export async function openChatflow(page: Page, id: string, name: string): Promise<void> {
  await page.goto(`/chatflows/${id}`);
  await expect(headingOf(page, name)).toBeVisible();
}

export async function send(page: Page, question: string): Promise<Locator> {
  await page.getByLabel("Question", { exact: true }).fill(question);
  await page.keyboard.press("Enter");
  return exchangeOf(page, question);
}

export async function ask(page: Page, question: string): Promise<Locator> {
  const exchange = await send(page, question);
  await expect(page.getByRole("log")).toHaveAttribute("aria-busy", "false");
  return exchange;
}
