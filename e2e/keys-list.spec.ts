import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { choose, keepToken, menuOf, nameNewKey, openKeys, removeKeys, tokenField } from "./keys-page";

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
  await expect(page.getByRole("button", { name: "Create key" })).toBeFocused();

  await menuOf(page, "By keyboard").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Regenerate" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menuOf(page, "By keyboard")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Delete" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel(/^Type/)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menuOf(page, "By keyboard")).toBeFocused();
  await removeKeys(db, "By keyboard");
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
  for (const menu of [menuOf(page, "Accessible"), page.getByRole("button", { name: /Account menu/ })]) {
    await menu.click();
    await expect(page.getByRole("menu")).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menu")).toHaveCount(0);
  }
  for (const item of ["Rename", "Regenerate", "Delete"]) {
    await choose(page, "Accessible", item);
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await removeKeys(db, "Accessible");
});

test("the page ships under 200 kB of compressed JavaScript", async ({ operator: page }) => {
  let compressedBytes = 0;
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const scripts = new Set<string>();
  session.on("Network.responseReceived", ({ requestId, type }) => type === "Script" && scripts.add(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) compressedBytes += encodedDataLength;
  });
  await openKeys(page);
  await page.waitForLoadState("networkidle");
  test.info().annotations.push({ type: "compressed JavaScript", description: `${compressedBytes} bytes` });
  expect(compressedBytes).toBeGreaterThan(50_000);
  expect(compressedBytes).toBeLessThan(200_000);
});
