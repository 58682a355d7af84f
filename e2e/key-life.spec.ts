import type { APIRequestContext, Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { createKey, keepToken, openKey, openKeys, openNewKey, removeKeys, rowOf } from "./keys-page";

const chosenKeys = (page: Page) => page.getByRole("region", { name: "Chosen keys" });

/** Calls a chatflow that does not accept the key: 403 says that the token works, 401 that it does not. */
async function call(request: APIRequestContext, chatflowId: string, token: string) {
  return await request.post(`/api/v1/prediction/${chatflowId}`, {
    headers: { Authorization: `Bearer ${token}` },
    data: { question: "Anybody there?" },
  });
}

test("regenerated with overlap both tokens work, until the old one is stopped", async ({
  operator: page,
  request,
  db,
}) => {
  const old = await openNewKey(page, "Overlap");
  const { rows } = await db.query("SELECT id FROM chatflow LIMIT 1");
  const statusOf = async (token: string) => (await call(request, rows[0].id, token)).status();
  await page.getByRole("button", { name: "Regenerate" }).click();
  await page.getByLabel("In 24 hours").check();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Regenerate", exact: true }).click();
  const young = await keepToken(page);
  expect([await statusOf(old), await statusOf(young)]).toEqual([403, 403]);

  const tokens = page.getByRole("region", { name: "Tokens" });
  await expect(tokens).toContainText(`flk_…${old.slice(-4)}`);
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await tokens.getByRole("button", { name: "Stop old token now" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Stop now" }).click();
  await expect(page.getByText("Old token stopped").first()).toBeVisible();
  await expect(tokens).not.toContainText(old.slice(-4));
  await expect(tokens.getByRole("heading", { name: "Tokens" })).toBeFocused();
  expect([await statusOf(old), await statusOf(young)]).toEqual([401, 403]);
  await removeKeys(db, "Overlap");
});

test("a key expires on a date, is disabled and enabled, each from the next call on", async ({
  operator: page,
  request,
  db,
}) => {
  const token = await openNewKey(page, "Switched");
  const { rows } = await db.query("SELECT id FROM chatflow LIMIT 1");
  const expiry = page.getByRole("region", { name: "Expiry" });
  await expiry.getByLabel("Expires").selectOption("date");
  await expiry.getByRole("button", { name: "Save expiry" }).click();
  await expect(expiry.getByText("Choose the last day it works.")).toBeVisible();
  await expiry.getByLabel("Expires").selectOption("7");
  await expiry.getByRole("button", { name: "Save expiry" }).click();
  await expect(page.getByText("Expiry saved")).toBeVisible();
  await expect(page.getByText(/^Active until/)).toBeVisible();

  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("No answer came")).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByRole("button", { name: "Enable" })).toBeVisible();
  expect((await call(request, rows[0].id, token)).status()).toBe(401);
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByRole("button", { name: "Disable" })).toBeVisible();
  expect((await call(request, rows[0].id, token)).status()).toBe(403);

  await openKeys(page);
  await page.getByRole("link", { name: /Expires within 7 days/ }).click();
  await expect(page).toHaveURL(/attention=expiring/);
  await expect(
    rowOf(page, "Switched")
      .or(page.getByRole("row", { name: /Switched/ }))
      .first(),
  ).toBeVisible();
  await removeKeys(db, "Switched");
});

test("a bad limit is told beside its field, and a good one answers 429 with Retry-After", async ({
  operator: page,
  request,
  db,
}) => {
  const token = await openNewKey(page, "Limited");
  const made = await db.query(
    `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, api_key_id, created_at, updated_at)
     SELECT gen_random_uuid(), c.workspace_id, 'Limited flow', 'limited flow', c.engine, k.id, now(), now()
     FROM chatflow c, api_key k WHERE k.name = 'Limited' AND c.engine->>'kind' = 'knowledge' LIMIT 1 RETURNING id`,
  );
  const { id } = made.rows[0];
  const limits = page.getByRole("region", { name: "Limits" });
  await limits.getByRole("button", { name: "Add limits" }).click();
  await limits.getByLabel("Calls", { exact: true }).fill("0");
  await limits.getByRole("button", { name: "Save limits" }).click();
  await expect(limits.getByText("A limit is at least 1 call.")).toBeVisible();
  await limits.getByLabel("Calls", { exact: true }).fill("1");
  await limits.getByRole("button", { name: "Save limits" }).click();
  await expect(page.getByText("Limits saved")).toBeVisible();
  expect((await call(request, id, token)).status()).toBe(200);
  const refused = await call(request, id, token);
  expect(refused.status()).toBe(429);
  expect(Number(refused.headers()["retry-after"])).toBeGreaterThan(0);
  await page.reload();
  await expect(limits.getByText("0 of 1 left")).toBeVisible();
  await db.query("DELETE FROM chatflow WHERE id = $1", [id]);
  await removeKeys(db, "Limited");
});

test("several keys are disabled, enabled and deleted at once, with the keyboard alone", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Many A");
  await createKey(page, "Many B");
  await expect(page.getByRole("button", { name: "Create key" })).toBeFocused();
  for (const name of ["Many A", "Many B"]) {
    await page.getByLabel(`Choose ${name}`, { exact: true }).focus();
    await page.keyboard.press("Space");
  }
  await expect(chosenKeys(page).getByText("2 keys chosen")).toBeVisible();
  await expectAccessible(page);
  await chosenKeys(page).getByRole("button", { name: "Disable" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /Many A.*Disabled/ })).toBeVisible();
  await chosenKeys(page).getByRole("button", { name: "Enable" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /Many A.*Disabled/ })).toHaveCount(0);

  await chosenKeys(page).getByRole("button", { name: "Delete" }).focus();
  await page.keyboard.press("Enter");
  const count = page.getByLabel("Type 2 to confirm");
  await expect(count).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type("3");
  await expect(page.getByRole("button", { name: "Delete 2 keys" })).toBeDisabled();
  await count.fill("2");
  await page.keyboard.press("Enter");
  await expect(page.getByText("2 keys deleted")).toBeVisible();
  await expect(page.getByRole("row", { name: /Many/ })).toHaveCount(0);
  const { rows } = await db.query("SELECT FROM api_key WHERE name LIKE 'Many %'");
  expect(rows).toHaveLength(0);
});

test("the workspace's longest lifetime is what the create dialog offers, and a viewer only reads it", async ({
  operator: page,
  viewer,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Before the rule");
  await page.goto("/settings/workspace");
  await page.getByLabel("Keys must expire").check();
  await page.getByLabel("Longest lifetime in days").fill("0");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/from 1 to 3,650/)).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Longest lifetime in days").fill("30");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Key lifetime saved")).toBeVisible();
  await expect(page.getByLabel("Keys must expire")).toBeFocused();
  await viewer.goto("/settings/workspace");
  await expect(viewer.getByText("Keys may work for at most 30 days.")).toBeVisible();
  await expect(viewer.getByRole("checkbox")).toHaveCount(0);
  await openKeys(page);
  await page.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByLabel("Expires").locator("option")).toHaveText(["In 7 days", "In 30 days", "On a date"]);

  await openKey(page, "Before the rule");
  const expires = page.getByLabel("Expires");
  await expect(expires.locator("option:checked")).toHaveText("Never (as it is now)");
  const save = page.getByRole("button", { name: "Save expiry" });
  await expires.selectOption("7");
  await expect(save).toBeVisible();
  await expires.selectOption("never");
  await expect(save).toHaveCount(0);
  await removeKeys(db, "Before the rule");
  await db.query("UPDATE workspace SET max_key_lifetime_days = NULL");
});
