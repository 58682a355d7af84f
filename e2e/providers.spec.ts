import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { Pool } from "pg";
import { modelListApiKey as apiKey, startModelListServer } from "../lib/testing/provider-models";
import { expectAccessible } from "./axe";
import { ensureOperator, expect, signInAs, test } from "./fixtures";

let server: Awaited<ReturnType<typeof startModelListServer>>;

test.beforeAll(async () => {
  server = await startModelListServer();
});
test.afterAll(async () => await server.close());
test.afterEach(async ({ db }) => {
  await db.query("DELETE FROM chatflow WHERE engine->>'kind' = 'model' AND name LIKE 'Uses %'");
  await db.query("DELETE FROM provider");
});

const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
const dialog = (page: Page) => page.getByRole("dialog");
const button = (page: Page, name: string) => dialog(page).getByRole("button", { name, exact: true });
const keyField = (page: Page) => page.getByLabel("API key", { exact: true });

async function openProviders(page: Page): Promise<void> {
  await page.goto("/settings/providers");
  await expect(page.getByRole("heading", { name: "Providers", exact: true })).toBeVisible();
}

interface Typed {
  name: string;
  path?: string;
  key?: string;
}

async function fillNew(page: Page, { name, path = "/openai/v1", key = apiKey }: Typed): Promise<void> {
  await page.getByRole("button", { name: "Add provider" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Kind").selectOption("OpenAI-compatible");
  await page.getByLabel("Base URL").fill(server.url + path);
  await keyField(page).fill(key);
}

async function addProvider(page: Page, typed: Typed): Promise<void> {
  await fillNew(page, typed);
  await button(page, "Save").click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(rowOf(page, typed.name)).toBeVisible();
}

async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function addChatflow(db: Pool, providerName: string, name: string): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, created_at, updated_at)
     SELECT $1, workspace_id, $3, lower($3),
            jsonb_build_object('kind', 'model', 'providerId', id, 'model', 'large-9', 'memoryTurns', 3), now(), now()
     FROM provider WHERE name = $2`,
    [id, providerName, name],
  );
  return id;
}

test("a provider is added after a test that fails and one that works; its key is in no page, answer or row", async ({
  operator: page,
  db,
}) => {
  const answers: Promise<string>[] = [];
  page.on("response", (response) => answers.push(response.text().catch(() => "")));
  await openProviders(page);
  await expect(page.getByRole("heading", { name: "No providers yet" })).toBeVisible();
  await expectAccessible(page);

  await fillNew(page, { name: "Our server", key: "sk-wrong-0123456789" });
  await button(page, "Test connection").click();
  await expect(dialog(page)).toContainText(/refused the API key \(401\)/);
  await expect(button(page, "Save anyway")).toHaveCount(0);
  await keyField(page).fill(apiKey);
  await expect(dialog(page)).not.toContainText(/refused the API key/);
  await button(page, "Test connection").click();
  await expect(dialog(page)).toContainText("The connection works. The provider offers 3 models.");
  await expectAccessible(page);
  await button(page, "Save").click();
  await expect(page.getByText("Provider added")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add provider" })).toBeFocused();
  await expect(rowOf(page, "Our server")).toContainText("Set");
  await expect(rowOf(page, "Our server")).toContainText(new URL(server.url).host);
  await expectAccessible(page);

  await page.reload();
  await expect(rowOf(page, "Our server")).toBeVisible();
  await choose(page, "Our server", "Edit");
  await expect(keyField(page)).toHaveValue("");
  const held = await page.evaluate(() =>
    JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, history.state]),
  );
  const payload = await page.request.get("/settings/providers", { headers: { RSC: "1" } });
  const seen = [held, await payload.text(), ...(await Promise.all(answers))].join("\n");
  expect(seen).toContain("Our server");
  expect(seen).not.toContain(apiKey);

  const tables = await db.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  for (const { tablename } of tables.rows) {
    const { rowCount } = await db.query(`SELECT 1 FROM "${tablename}" t WHERE t::text LIKE $1`, [`%${apiKey}%`]);
    expect(rowCount, `rows of ${tablename} with the key`).toBe(0);
  }
});

test("what does not answer is not saved, unless the operator says so", async ({ operator: page, db }) => {
  await openProviders(page);
  await fillNew(page, { name: "Not yet there", path: "/status/503/v1" });
  await button(page, "Save").click();
  await expect(dialog(page)).toContainText(/has an error of its own \(503\)/);
  expect((await db.query("SELECT 1 FROM provider")).rowCount).toBe(0);
  await button(page, "Save anyway").click();
  await expect(page.getByText("was saved without a test")).toBeVisible();
  await expect(rowOf(page, "Not yet there")).toBeVisible();
});

test("what the server refuses is said beside its field, which gets the focus", async ({ operator: page }) => {
  await openProviders(page);
  await fillNew(page, { name: "Metadata" });
  await page.getByLabel("Base URL").fill("http://169.254.169.254/v1");
  await button(page, "Save").click();
  await expect(dialog(page).getByRole("alert")).toContainText(/link-local, metadata or reserved/);
  await expect(page.getByLabel("Base URL")).toBeFocused();
  await page.getByLabel("Base URL").fill(`${server.url}/local`);
  await button(page, "Save").click();
  await expect(dialog(page)).toContainText(`The model API of this server is at ${server.url}/local/v1`);
});

test("an edit keeps the saved API key, and another address asks for it again", async ({ operator: page, db }) => {
  await openProviders(page);
  await addProvider(page, { name: "Kept" });
  const credential = async () => (await db.query("SELECT credential FROM provider")).rows[0].credential.toString("hex");
  const before = await credential();

  await choose(page, "Kept", "Edit");
  await page.getByLabel("Name").fill("Kept, renamed");
  await button(page, "Test connection").click();
  await expect(dialog(page)).toContainText("The connection works");
  expect(server.requests.at(-1)?.key).toBe(`Bearer ${apiKey}`);
  await button(page, "Save").click();
  await expect(rowOf(page, "Kept, renamed")).toContainText("Set");
  expect(await credential()).toBe(before);

  const asked = server.requests.length;
  await choose(page, "Kept, renamed", "Edit");
  await page.getByLabel("Base URL").fill(`${server.url}/no-list`);
  await button(page, "Save").click();
  await expect(dialog(page).getByRole("alert")).toContainText("Enter the API key again");
  await expect(keyField(page)).toBeFocused();
  expect(server.requests.length).toBe(asked);
  await keyField(page).fill("sk-entered-again");
  await button(page, "Save").click();
  await expect(page.getByText("offers no list of models")).toBeVisible();
  expect(server.requests.at(-1)?.key).toBe("Bearer sk-entered-again");
});

test("a provider in use is not deleted and its chatflows are named; an unused one goes", async ({
  operator: page,
  db,
}) => {
  await openProviders(page);
  await addProvider(page, { name: "In use" });
  const chatflowId = await addChatflow(db, "In use", "Uses it");
  await page.reload();
  await expect(rowOf(page, "In use").getByRole("link", { name: "Uses it" })).toHaveAttribute(
    "href",
    `/chatflows/${chatflowId}`,
  );
  await expect(rowOf(page, "In use")).toContainText("large-9");
  await choose(page, "In use", "Delete");
  await expect(dialog(page)).toContainText("Uses it");
  await expect(button(page, "Delete provider")).toHaveCount(0);
  await expectAccessible(page);
  await button(page, "Close").last().click();

  await db.query("DELETE FROM chatflow WHERE id = $1", [chatflowId]);
  await page.reload();
  await choose(page, "In use", "Delete");
  // Meanwhile another one begins to use it.
  await addChatflow(db, "In use", "Uses it too");
  await button(page, "Delete provider").click();
  await expect(dialog(page)).toContainText("“In use” is in use by “Uses it too”.");
  await db.query("DELETE FROM chatflow WHERE name = 'Uses it too'");
  await button(page, "Delete provider").click();
  await expect(page.getByRole("heading", { name: "No providers yet" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add provider" })).toBeFocused();
});

test("a usual server is two clicks, and an edit shows the kind it has", async ({ operator: page, db }) => {
  await openProviders(page);
  await page.getByRole("button", { name: "Add provider" }).click();
  await page.getByLabel("Kind").selectOption("OpenAI-compatible");
  await button(page, "Ollama").click();
  await expect(page.getByLabel("Name")).toHaveValue("Ollama");
  await expect(page.getByLabel("Base URL")).toHaveValue("http://localhost:11434/v1");
  await page.getByLabel("Base URL").fill(`${server.url}/local/v1`);
  await button(page, "Save").click();
  await expect(rowOf(page, "Ollama")).toContainText("None");
  await choose(page, "Ollama", "Edit");
  await expect(page.getByLabel("Kind")).toHaveValue("OpenAI-compatible");
  await expect(page.getByLabel("Kind")).not.toBeEditable();
  await keyField(page).fill("sk-added-later");
  await button(page, "Save").click();
  await expect(rowOf(page, "Ollama")).toContainText("Set");
  await choose(page, "Ollama", "Edit");
  await page.getByLabel("Remove the saved API key").check();
  await button(page, "Save").click();
  await expect(rowOf(page, "Ollama")).toContainText("None");
  expect((await db.query("SELECT 1 FROM provider WHERE credential IS NULL")).rowCount).toBe(1);
});

test("what was typed is not lost by a slip of the hand", async ({ operator: page }) => {
  await openProviders(page);
  await fillNew(page, { name: "Half done" });
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toContainText("What you typed is not saved.");
  await button(page, "Keep editing").click();
  await expect(page.getByLabel("Name")).toHaveValue("Half done");
  await expect(keyField(page)).toHaveValue(apiKey);
  await button(page, "Cancel").click();
  await button(page, "Discard").click();
  await expect(dialog(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(page.getByLabel("Name")).toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
});

test("viewers and editors see the providers and are offered no change", async ({
  operator,
  viewer,
  browser,
  db,
  baseURL,
}) => {
  await openProviders(operator);
  await addProvider(operator, { name: "Looked at" });
  const editors = await browser.newContext({ baseURL: baseURL as string });
  await signInAs(editors, db, baseURL as string, await ensureOperator(db, "editor"));
  for (const page of [viewer, await editors.newPage()]) {
    await openProviders(page);
    await expect(rowOf(page, "Looked at")).toContainText("Set");
    await expect(page.getByRole("button", { name: /Add provider|Actions for/ })).toHaveCount(0);
  }
  await expectAccessible(viewer);
  await editors.close();
});

const longName = "A provider whose name has sixty-four characters, every one used.";

test("the page and its dialog fit a phone", async ({ operator: page, db }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openProviders(page);
  await addProvider(page, { name: longName });
  await addChatflow(db, longName, `Uses ${"x".repeat(59)}`);
  await page.reload();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(dialog(page)).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expectAccessible(page);
});
