import { randomUUID } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import type { Pool } from "pg";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";

/** A closed chatflow of this test's own, straight in the database, with one passage to find. */
async function createChatflow(db: Pool, name: string): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, created_at, updated_at)
     SELECT $1, w.id, $2, lower($2), '{"kind":"knowledge","memoryTurns":3}', now(), now()
     FROM workspace w WHERE w.slug = 'default'`,
    [id, name],
  );
  return id;
}

async function openDialog(page: Page, id: string): Promise<Locator> {
  await page.goto(`/chatflows/${id}`);
  await page.getByRole("button", { name: "API code" }).click();
  const dialog = page.getByRole("dialog", { name: "API code" });
  await expect(dialog).toBeVisible();
  return dialog;
}

async function choose(page: Page, option: string): Promise<void> {
  await page.getByRole("combobox", { name: "Authorization" }).click();
  await page.getByRole("option", { name: option }).click();
}

async function createKey(page: Page, dialog: Locator, name: string): Promise<string> {
  await choose(page, "Create key…");
  await dialog.getByLabel("Key name").fill(name);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveValue(/^flk_/);
  return await dialog.getByLabel("API key", { exact: true }).inputValue();
}

const call = (page: Page, id: string, token?: string) =>
  page.context().request.post(`/api/v1/prediction/${id}`, {
    data: { question: "How do I create an API key?" },
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  });

test("a key is created in place, guards the chatflow at once, and its token is nowhere after closing", async ({
  operator: page,
  context,
  db,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const id = await createChatflow(db, `Created in place ${randomUUID().slice(0, 8)}`);
  const dialog = await openDialog(page, id);
  await expect(dialog).toContainText("calls are refused until a key is chosen");
  await expect(page.getByRole("combobox", { name: "Authorization" })).toHaveValue("");
  expect((await call(page, id)).status()).toBe(401);

  const name = `Website ${randomUUID().slice(0, 8)}`;
  const token = await createKey(page, dialog, name);
  const sample = dialog.getByRole("region", { name: "cURL sample" });
  await expect(sample).toContainText(`Authorization: Bearer ${token}`);
  await expect(page.getByRole("combobox", { name: "Authorization" })).toHaveValue(name);
  expect((await call(page, id, token)).status()).toBe(200);
  expect((await call(page, id)).status()).toBe(401);

  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: "Close without copying?" });
  await question.getByRole("button", { name: "Keep open" }).click();
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "API code" })).toBeFocused();
  expect(await page.content()).not.toContain(token);

  await page.getByRole("button", { name: "API code" }).click();
  await expect(sample).toContainText("Bearer $FLOWLATCH_API_KEY");
  expect(await page.content()).not.toContain(token);
  await page.reload();
  expect(await page.content()).not.toContain(token);
});

test("the dialog stays while its key is made, and where the answer is lost it says what became of the key", async ({
  operator: page,
  db,
}) => {
  const chatflow = `Slowly made ${randomUUID().slice(0, 8)}`;
  const id = await createChatflow(db, chatflow);
  await page.goto("/chatflows");
  await page.getByRole("link", { name: chatflow }).click();
  await page.getByRole("button", { name: "API code" }).click();
  const dialog = page.getByRole("dialog", { name: "API code" });
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(`**/chatflows/${id}`, async (route) => {
    if (route.request().method() === "POST") await answered;
    await route.fallback();
  });
  await choose(page, "Create key…");
  const field = dialog.getByLabel("Key name");
  await expect(field).toBeFocused();
  await field.fill(`Slow ${randomUUID().slice(0, 8)}`);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  await page.mouse.click(5, 5);
  await page.evaluate(() => history.back());
  await expect(page.getByRole("dialog")).toHaveCount(1);
  answer();
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveValue(/^flk_/);
  await expect(dialog.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  // Nor do the dialog's own links lead away from a token that nobody has copied.
  await dialog.getByText("Share", { exact: true }).click();
  await dialog.getByRole("link", { name: "sharing settings" }).click();
  await expect(page.getByRole("dialog", { name: /without copying/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await dialog.getByText("Code", { exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/chatflows/${id}$`));
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();

  await page.unroute(`**/chatflows/${id}`);
  await page.route(`**/chatflows/${id}`, (route) =>
    route.request().method() === "POST" ? route.abort() : route.fallback(),
  );
  await choose(page, "Create key…");
  await field.fill("Lost");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("If the name is then taken, the key was made");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("combobox", { name: "Authorization" })).toBeFocused();
});

test("where keys must expire, one made in place does, on the day that is chosen", async ({ operator: page, db }) => {
  const id = await createChatflow(db, `Must expire ${randomUUID().slice(0, 8)}`);
  await db.query("UPDATE workspace SET max_key_lifetime_days = 30");
  const dialog = await openDialog(page, id);
  await choose(page, "Create key…");
  await expect(dialog.getByLabel("Expires").locator("option")).toHaveText(["In 7 days", "In 30 days", "On a date"]);
  await expectAccessible(page);
  const name = `Ends ${randomUUID().slice(0, 8)}`;
  await dialog.getByLabel("Key name").fill(name);
  await dialog.getByLabel("Expires").selectOption("7");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveValue(/^flk_/);
  const { rows } = await db.query(
    "SELECT expires_at - created_at < interval '8 days' AS ends FROM api_key WHERE name = $1",
    [name],
  );
  expect(rows).toEqual([{ ends: true }]);
  await db.query("UPDATE workspace SET max_key_lifetime_days = NULL");
});

test("choosing a key, public or closed changes the samples and the endpoint at once", async ({
  operator: page,
  db,
}) => {
  const id = await createChatflow(db, `Choosing ${randomUUID().slice(0, 8)}`);
  const dialog = await openDialog(page, id);
  const name = `Chosen ${randomUUID().slice(0, 8)}`;
  const token = await createKey(page, dialog, name);
  const sample = dialog.getByRole("region", { name: "cURL sample" });

  await choose(page, "No authorization (public)");
  await page.getByRole("dialog", { name: "Open to everybody?" }).getByRole("button", { name: "Cancel" }).click();
  await expect(sample).toContainText("Authorization");
  expect((await call(page, id)).status()).toBe(401);

  await choose(page, "No authorization (public)");
  await page.getByRole("button", { name: "Make public" }).click();
  await expect(sample).not.toContainText("Authorization");
  await expect.poll(async () => (await call(page, id)).status()).toBe(200);

  await page.getByRole("combobox", { name: "Authorization" }).fill(name);
  await page.getByRole("option", { name }).click();
  await expect(sample).toContainText("Authorization");
  await expect.poll(async () => (await call(page, id)).status()).toBe(401);
  expect((await call(page, id, token)).status()).toBe(200);

  await choose(page, "Close chatflow");
  await expect(dialog).toContainText("calls are refused until a key is chosen");
  await expect.poll(async () => (await call(page, id, token)).status()).toBe(403);
});

test("a choice that cannot be saved is taken back and said, and Escape closes the list before the dialog", async ({
  operator: page,
  db,
}) => {
  const id = await createChatflow(db, `Not saved ${randomUUID().slice(0, 8)}`);
  const dialog = await openDialog(page, id);
  const field = page.getByRole("combobox", { name: "Authorization" });
  const name = `Kept ${randomUUID().slice(0, 8)}`;
  const token = await createKey(page, dialog, name);
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();

  await field.click();
  await expect(page.getByRole("option", { name: "Create key…" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("option", { name: "Create key…" })).toHaveCount(0);
  await expect(dialog).toBeVisible();

  await page.route(`**/chatflows/${id}`, (route) =>
    route.request().method() === "POST" ? route.abort() : route.fallback(),
  );
  await choose(page, "Close chatflow");
  await expect(dialog.getByRole("alert")).toContainText("Flowlatch could not be reached");
  await expect(field).toHaveValue(name);
  expect((await call(page, id, token)).status()).toBe(200);
});

test("the keyboard alone chooses a key, a language and streaming", async ({ operator: page, db }) => {
  const id = await createChatflow(db, `Keyboard ${randomUUID().slice(0, 8)}`);
  const name = `Typed ${randomUUID().slice(0, 8)}`;
  await page.goto(`/chatflows/${id}`);
  await page.getByRole("button", { name: "API code" }).focus();
  await page.keyboard.press("Enter");
  const field = page.getByRole("combobox", { name: "Authorization" });
  await field.focus();
  await page.keyboard.type("Create key");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Key name")).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(field).toHaveValue(name);

  await page.getByRole("tab", { name: "cURL" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("region", { name: "JavaScript sample" })).toBeVisible();
  await page.getByRole("switch", { name: "Streaming" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("region", { name: "JavaScript sample" })).toContainText("streaming: true");

  await page.getByRole("tab", { name: "JavaScript" }).focus();
  // "End" moves the focus alone (WAI-ARIA tabs with manual activation); the arrows choose as they go.
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "MCP Cursor sample" })).toContainText(`/api/mcp/${id}`);
  await page.getByRole("radio", { name: "Cursor" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("region", { name: "MCP Claude Desktop sample" })).toContainText("mcp-remote");
});

test("a viewer sees the samples and cannot change who may call", async ({ viewer: page, db }) => {
  const id = await createChatflow(db, `Viewed ${randomUUID().slice(0, 8)}`);
  const dialog = await openDialog(page, id);
  await expect(page.getByRole("combobox", { name: "Authorization" })).toBeDisabled();
  await expect(dialog).toContainText("Your role may look at this but not change it.");
  await expect(dialog.getByRole("region", { name: "cURL sample" })).toContainText(id);
});

test("a chatflow's name is text, never markup", async ({ operator: page, db }) => {
  const name = `<img src=x onerror="document.title='owned'"> ${randomUUID().slice(0, 8)}`;
  const dialog = await openDialog(page, await createChatflow(db, name));
  await expect(dialog).toContainText(name);
  expect(await page.title()).not.toBe("owned");
});

test("the dialog is accessible, with a new key and without, and fits a phone", async ({ operator: page, db }) => {
  const id = await createChatflow(db, `Accessible ${randomUUID().slice(0, 8)}`);
  const dialog = await openDialog(page, id);
  await expectAccessible(page);
  await createKey(page, dialog, `Accessible ${randomUUID().slice(0, 8)}`);
  for (const language of ["JavaScript", "Python", "TypeScript", "OpenAI", "MCP"]) {
    await page.getByRole("tab", { name: language }).click();
    await expectAccessible(page);
  }
  await page.getByRole("combobox", { name: "Authorization" }).click();
  await expect(page.getByRole("option", { name: "Create key…" })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  for (const tab of await dialog.getByRole("tab").all()) {
    const box = await tab.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  }
});

test("a further key is created in place, both tokens answer, and the one that is removed is refused", async ({
  operator: page,
  db,
}) => {
  const id = await createChatflow(db, `Shared ${randomUUID().slice(0, 8)}`);
  const [main, further] = [`Main ${randomUUID().slice(0, 8)}`, `Partner ${randomUUID().slice(0, 8)}`];
  const dialog = await openDialog(page, id);
  const mainToken = await createKey(page, dialog, main);
  await dialog.getByRole("button", { name: "Copy", exact: true }).first().click();

  await page.getByRole("combobox", { name: "Add a further key" }).click();
  await page.getByRole("option", { name: "Create key…" }).click();
  await dialog.getByLabel("Key name").fill(further);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  const list = dialog.getByRole("region", { name: "Further keys" });
  await expect(list.getByText(further)).toBeVisible();
  await expect(dialog.getByLabel("API key", { exact: true })).not.toHaveValue(mainToken);
  // What was copied was the other one.
  await expect(dialog.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  const furtherToken = await dialog.getByLabel("API key", { exact: true }).inputValue();
  await expect(dialog.getByRole("region", { name: "cURL sample" })).toContainText(furtherToken);
  await expect(page.getByRole("combobox", { name: "Authorization" })).toHaveValue(main);
  await expectAccessible(page);
  for (const token of [mainToken, furtherToken]) expect((await call(page, id, token)).status()).toBe(200);

  await list.getByRole("button", { name: `Remove ${further}` }).click();
  await page.getByRole("dialog", { name: "Remove key?" }).getByRole("button", { name: "Remove" }).click();
  await expect(list.getByText(further)).toBeHidden();
  expect((await call(page, id, furtherToken)).status()).toBe(403);
  expect((await call(page, id, mainToken)).status()).toBe(200);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
