import type { Locator, Page } from "@playwright/test";
import type { Pool } from "pg";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";

const tokenPattern = /^flk_[0-9A-Za-z]{49}$/;

const tokenField = (page: Page) => page.getByLabel("API key", { exact: true });
const menuOf = (page: Page, name: string) => page.getByRole("button", { name: `Actions for ${name}`, exact: true });
const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });

async function openKeys(page: Page): Promise<void> {
  await page.goto("/keys");
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
}

async function nameNewKey(page: Page, name: string): Promise<Locator> {
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByLabel("Key name").fill(name);
  return page.getByRole("button", { name: "Create", exact: true });
}

/** Copies the token that is shown, closes its dialog and returns it. */
async function keepToken(page: Page): Promise<string> {
  const token = await tokenField(page).inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  return token;
}

async function createKey(page: Page, name: string): Promise<string> {
  await (await nameNewKey(page, name)).click();
  return await keepToken(page);
}

async function choose(page: Page, name: string, item: string): Promise<void> {
  await menuOf(page, name).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function countKeys(db: Pool, name: string): Promise<number> {
  const { rows } = await db.query("SELECT count(*)::int AS count FROM api_key WHERE name = $1", [name]);
  return rows[0].count;
}

/** All that the browser holds of the page: its document, storage, and history state. */
async function whatThePageHolds(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const databases = JSON.stringify(await indexedDB.databases());
    const fields = [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value);
    const stores = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]);
    return [document.documentElement.outerHTML, ...fields, stores, databases, location.href].join("\n");
  });
}

async function removeKeys(db: Pool, pattern: string): Promise<void> {
  await db.query("DELETE FROM api_key WHERE name LIKE $1", [pattern]);
}

test("a key lives from create to delete, and its token is shown once", async ({ operator: page }) => {
  await openKeys(page);
  const token = await createKey(page, "Lifecycle");
  expect(token).toMatch(tokenPattern);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await expect(rowOf(page, "Lifecycle")).toContainText(`flk_…${token.slice(-4)}`);
  await expect(rowOf(page, "Lifecycle")).toContainText("Never");

  await choose(page, "Lifecycle", "Rename");
  await page.getByLabel("Key name").fill("Lifecycle, renamed");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByText("Key renamed")).toBeVisible();
  await expect(menuOf(page, "Lifecycle, renamed")).toBeFocused();

  await choose(page, "Lifecycle, renamed", "Regenerate");
  await expect(page.getByRole("dialog")).toContainText("stops working at once");
  await page.getByRole("button", { name: "Regenerate", exact: true }).click();
  const second = await keepToken(page);
  expect(second).toMatch(tokenPattern);
  expect(second).not.toBe(token);
  await expect(rowOf(page, "Lifecycle, renamed")).toContainText(`flk_…${second.slice(-4)}`);

  await choose(page, "Lifecycle, renamed", "Delete");
  const confirm = page.getByRole("button", { name: "Delete key" });
  await expect(confirm).toBeDisabled();
  await page.getByLabel(/^Type/).fill("Lifecycle");
  await expect(confirm).toBeDisabled();
  await page.getByLabel(/^Type/).fill("Lifecycle, renamed");
  await confirm.click();
  await expect(page.getByText("Key deleted")).toBeVisible();
  await expect(rowOf(page, "Lifecycle, renamed")).toHaveCount(0);
});

test("after its dialog closes nothing in the browser holds the token", async ({ operator: page, db }) => {
  await page.goto("/login");
  await openKeys(page);
  const token = await createKey(page, "Seen once");
  expect(await whatThePageHolds(page)).not.toContain(token);

  const payload = await page.request.get("/keys", { headers: { RSC: "1" } });
  expect(await payload.text()).not.toContain(token);
  const reloaded = await page.reload();
  expect(await reloaded?.text()).not.toContain(token);
  expect(await whatThePageHolds(page)).not.toContain(token);
  await page.goBack();
  await page.goForward();
  expect(await whatThePageHolds(page)).not.toContain(token);
  await removeKeys(db, "Seen once");
});

test("closing before copying asks first, whatever closes the dialog", async ({ operator: page, db }) => {
  await openKeys(page);
  await (await nameNewKey(page, "Asks first")).click();
  await expect(tokenField(page)).toBeVisible();
  const question = page.getByText("You have not copied this key. It cannot be shown again.");
  const ways = [
    () => page.keyboard.press("Escape"),
    () => page.getByRole("button", { name: "Close", exact: true }).click(),
    () => page.getByRole("button", { name: "Done" }).click(),
    () => page.mouse.click(5, 5),
  ];
  for (const close of ways) {
    await close();
    await expect(question).toBeVisible();
    await page.getByRole("button", { name: "Keep open" }).click();
    await expect(question).toHaveCount(0);
    await expect(tokenField(page)).toBeVisible();
  }
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Close without copying" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await removeKeys(db, "Asks first");
});

test("a double click creates one key", async ({ operator: page, db }) => {
  await openKeys(page);
  await (await nameNewKey(page, "Clicked twice")).dblclick();
  await keepToken(page);
  expect(await countKeys(db, "Clicked twice")).toBe(1);
  await removeKeys(db, "Clicked twice");
});

test("a name that is taken or empty is told beside the field, and what was typed stays", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Taken");
  await (await nameNewKey(page, "TAKEN")).click();
  await expect(page.getByText("A key named “TAKEN” already exists.")).toBeVisible();
  await expect(page.getByLabel("Key name")).toHaveValue("TAKEN");
  await page.getByLabel("Key name").fill("   ");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByText("Key name is required.")).toBeVisible();
  await removeKeys(db, "Taken");
});

test("without a connection the dialog says so and keeps what was typed", async ({ operator: page, db }) => {
  await openKeys(page);
  const create = await nameNewKey(page, "Offline at first");
  await page.context().setOffline(true);
  await create.click();
  await expect(page.getByText("Flowlatch could not be reached.")).toBeVisible();
  await expect(page.getByLabel("Key name")).toHaveValue("Offline at first");
  await page.context().setOffline(false);
  await create.click();
  await keepToken(page);
  await removeKeys(db, "Offline at first");
});

test("a name is text, whatever it looks like, and never breaks the page", async ({ operator: page, db }) => {
  await openKeys(page);
  const name = '<img src=x onerror="document.title=1">';
  await createKey(page, name);
  await createKey(page, `${"W".repeat(40)}${"👩".repeat(24)}`);
  await createKey(page, "مفتاح الإنتاج 🔑");
  await expect(rowOf(page, name)).toBeVisible();
  await expect(page.locator("img[src=x]")).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expect(page).toHaveTitle("API keys · Flowlatch");
  await removeKeys(db, "<img%");
  await removeKeys(db, "WWWW%");
  await removeKeys(db, "مفتاح%");
});

test("everything works with the keyboard alone", async ({ operator: page, db }) => {
  await openKeys(page);
  await page.getByRole("button", { name: "Create key" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Key name")).toBeFocused();
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await menuOf(page, "By keyboard").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.getByRole("menuitem", { name: "Delete" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel(/^Type/)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menuOf(page, "By keyboard")).toBeFocused();
  await removeKeys(db, "By keyboard");
});

test("a viewer sees no write controls, and each server action refuses a viewer", async ({
  operator,
  viewer,
  db,
  baseURL,
}) => {
  // What the owner's browser sends, kept to be sent again by the viewer's.
  const sent: { id: string; body: string }[] = [];
  operator.on("request", (request) => {
    const id = request.headers()["next-action"];
    if (id) sent.push({ id, body: request.postData() ?? "" });
  });
  await openKeys(operator);
  await createKey(operator, "Guarded");
  await choose(operator, "Guarded", "Rename");
  await operator.getByLabel("Key name").fill("Guarded too");
  await operator.keyboard.press("Enter");
  await choose(operator, "Guarded too", "Regenerate");
  await operator.getByRole("button", { name: "Regenerate", exact: true }).click();
  await keepToken(operator);
  await choose(operator, "Guarded too", "Delete");
  await operator.getByLabel(/^Type/).fill("Guarded too");
  await operator.getByRole("button", { name: "Delete key" }).click();
  await expect(operator.getByText("Key deleted")).toBeVisible();
  expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
  await createKey(operator, "Looked at");

  await openKeys(viewer);
  await expect(viewer.getByRole("button", { name: "Create key" })).toHaveCount(0);
  await menuOf(viewer, "Looked at").click();
  await expect(viewer.getByRole("menuitem")).toHaveText(["Copy key ID"]);
  await viewer.keyboard.press("Escape");
  for (const { id, body } of sent.slice(0, 4)) {
    const answer = await viewer.request.post(`${baseURL}/keys`, {
      headers: { "next-action": id, accept: "text/x-component", "content-type": "text/plain;charset=UTF-8" },
      data: body,
    });
    expect(await answer.text()).toContain('"code":"forbidden"');
  }
  expect(await countKeys(db, "Guarded")).toBe(0);
  expect(await countKeys(db, "Looked at")).toBe(1);
  await removeKeys(db, "Looked at");
});

test("search and pages work over 10,000 keys", async ({ operator: page, db }) => {
  await db.query(
    `INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_at)
     SELECT gen_random_uuid(), w.id, 'Bulk ' || n, 'bulk ' || n, lpad(n::text, 4, '0'), now() - n * interval '1 minute'
     FROM workspace w, generate_series(1, 10001) n WHERE w.slug = 'default'`,
  );
  await openKeys(page);
  await expect(page.getByText("More than 10,000 keys")).toBeVisible();
  await expect(page.getByRole("link", { name: "Previous" })).toHaveCount(0);
  const firstName = await page.getByRole("rowheader").first().textContent();
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page).toHaveURL(/after=/);
  await expect(page.getByRole("rowheader")).toHaveCount(50);
  await expect(page.getByRole("rowheader").first()).not.toHaveText(firstName ?? "");
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(page.getByRole("rowheader").first()).toHaveText(firstName ?? "");

  const search = page.getByLabel("Search keys");
  await search.pressSequentially("bulk 777", { delay: 30 });
  await expect(page.getByText("11 keys")).toBeVisible();
  await expect(page).toHaveURL(/q=bulk\+777/);
  await expect(search).toBeFocused();
  await search.fill("no such key");
  await expect(page.getByRole("heading", { name: "No key matches “no such key”" })).toBeVisible();
  await page.getByRole("link", { name: "Clear search" }).click();
  await expect(page.getByText("More than 10,000 keys")).toBeVisible();
  await expect(search).toBeFocused();

  await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await removeKeys(db, "Bulk %");
});

test("the page and each of its dialogs is accessible in light and dark", async ({ operator: page, db }) => {
  await openKeys(page);
  await expectAccessible(page);
  const create = await nameNewKey(page, "Accessible");
  await expectAccessible(page);
  await create.click();
  await expect(tokenField(page)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Keep open" }).click();
  await keepToken(page);
  await expectAccessible(page);
  for (const item of ["Rename", "Regenerate", "Delete"]) {
    await choose(page, "Accessible", item);
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await removeKeys(db, "Accessible");
});

// Not reached yet: 262 kB as measured in CI on 2026-11-23. Issue 2 stays open for it.
test.fixme("the page ships under 200 kB of compressed JavaScript", async ({ operator: page }) => {
  let compressedBytes = 0;
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const scripts = new Set<string>();
  session.on("Network.responseReceived", ({ requestId, type }) => type === "Script" && scripts.add(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) compressedBytes += encodedDataLength;
  });
  await openKeys(page);
  // A menu that opens shows that the page's scripts have loaded and run.
  await page.getByRole("button", { name: /Account menu/ }).click();
  await expect(page.getByRole("menuitem", { name: "Sign out", exact: true })).toBeVisible();
  test.info().annotations.push({ type: "compressed JavaScript", description: `${compressedBytes} bytes` });
  expect(compressedBytes).toBeGreaterThan(50_000);
  expect(compressedBytes).toBeLessThan(200_000);
});
