import type { Locator, Page } from "@playwright/test";
import type { Pool } from "pg";
import { expect } from "./fixtures";

export const tokenPattern = /^flk_[0-9A-Za-z]{49}$/;

export const tokenField = (page: Page) => page.getByLabel("API key", { exact: true });
export const menuOf = (page: Page, name: string) =>
  page.getByRole("button", { name: `Actions for ${name}`, exact: true });
export const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });

export async function openKeys(page: Page): Promise<void> {
  await page.goto("/keys");
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
}

export async function nameNewKey(page: Page, name: string): Promise<Locator> {
  const field = page.getByLabel("Key name");
  // A click before the page's scripts have loaded opens nothing.
  await expect(async () => {
    if (!(await field.isVisible())) await page.getByRole("button", { name: "Create key" }).click();
    await expect(field).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await field.fill(name);
  return page.getByRole("button", { name: "Create", exact: true });
}

/** Copies the token that is shown, closes its dialog and returns it. */
export async function keepToken(page: Page): Promise<string> {
  const token = await tokenField(page).inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return token;
}

export async function createKey(page: Page, name: string): Promise<string> {
  await (await nameNewKey(page, name)).click();
  return await keepToken(page);
}

export async function openKey(page: Page, name: string): Promise<void> {
  await openKeys(page);
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

/** Makes a key, opens its page and returns its token. */
export async function openNewKey(page: Page, name: string): Promise<string> {
  await openKeys(page);
  const token = await createKey(page, name);
  await openKey(page, name);
  return token;
}

export async function choose(page: Page, name: string, item: string): Promise<void> {
  await menuOf(page, name).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

export async function countKeys(db: Pool, name: string): Promise<number> {
  const { rows } = await db.query("SELECT count(*)::int AS count FROM api_key WHERE name = $1", [name]);
  return rows[0].count;
}

/** All that the browser holds of the page: its document, storage, and history state. */
export async function whatThePageHolds(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const databases = JSON.stringify(await indexedDB.databases());
    const fields = [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value);
    const stores = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]);
    return [document.documentElement.outerHTML, ...fields, stores, databases, location.href].join("\n");
  });
}

export async function removeKeys(db: Pool, pattern: string): Promise<void> {
  await db.query("DELETE FROM api_key WHERE name LIKE $1", [pattern]);
}
