import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import {
  choose,
  countKeys,
  createKey,
  keepToken,
  menuOf,
  nameNewKey,
  openKeys,
  removeKeys,
  rowOf,
  tokenField,
  tokenPattern,
  whatThePageHolds,
} from "./keys-page";

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
  await expect(page.getByRole("dialog")).toContainText("Callers are refused until they send the new token.");
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
  await page.goto("/chatflows");
  await openKeys(page);
  const token = await createKey(page, "Seen once");
  expect(await whatThePageHolds(page)).not.toContain(token);

  const payload = await page.request.get("/keys", { headers: { RSC: "1" } });
  expect(await payload.text()).not.toContain(token);
  const reloaded = await page.reload();
  expect(await reloaded?.text()).not.toContain(token);
  expect(await whatThePageHolds(page)).not.toContain(token);
  for (const step of ["goBack", "goForward"] as const) {
    await page[step]();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await whatThePageHolds(page)).not.toContain(token);
  }
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

test("a key that was deleted elsewhere is gone from the list once a change to it was refused", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Ghost");
  await choose(page, "Ghost", "Rename");
  await removeKeys(db, "Ghost");
  await page.getByLabel("Key name").fill("Ghost still");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByText("There is no such key.")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(rowOf(page, "Ghost")).toHaveCount(0);
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

test("on a phone a menu leads to every room, and is gone after the choice and after Escape", async ({
  operator: page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openKeys(page);
  const menu = page.getByRole("button", { name: "Menu", exact: true });
  const rooms = page.getByRole("navigation", { name: "Main" });
  await expect(rooms).toBeHidden();
  await menu.click();
  await expect(rooms.getByRole("link")).toHaveText([
    "API keys",
    "Chatflows",
    "Activity",
    "Providers",
    "People",
    "Workspace",
    "Import",
  ]);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(rooms).toBeHidden();
  await expect(menu).toBeFocused();
  await page.keyboard.press("Enter");
  await rooms.getByRole("link", { name: "Workspace" }).click();
  await expect(page.getByRole("heading", { name: "Workspace", level: 1 })).toBeVisible();
  await expect(rooms).toBeHidden();
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
