import type { APIRequestContext, Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { createKey, keepToken, openKeys, removeKeys, rowOf } from "./keys-page";
import { loseAnswers } from "./lost-answers";

const chosenKeys = (page: Page) => page.getByRole("region", { name: "Chosen keys" });

async function openKey(page: Page, name: string): Promise<void> {
  await openKeys(page);
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

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
  await openKeys(page);
  const old = await createKey(page, "Overlap");
  const { rows } = await db.query("SELECT id FROM chatflow LIMIT 1");
  const statusOf = async (token: string) => (await call(request, rows[0].id, token)).status();
  await openKey(page, "Overlap");
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
  await openKeys(page);
  const token = await createKey(page, "Switched");
  const { rows } = await db.query("SELECT id FROM chatflow LIMIT 1");
  await openKey(page, "Switched");
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
  await openKeys(page);
  const token = await createKey(page, "Limited");
  const made = await db.query(
    `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, api_key_id, created_at, updated_at)
     SELECT gen_random_uuid(), c.workspace_id, 'Limited flow', 'limited flow', c.engine, k.id, now(), now()
     FROM chatflow c, api_key k WHERE k.name = 'Limited' AND c.engine->>'kind' = 'knowledge' LIMIT 1 RETURNING id`,
  );
  const { id } = made.rows[0];
  await openKey(page, "Limited");
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

test("a key's page that was changed in several places asks once before it is left, and again after Stay", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Part changed");
  await openKey(page, "Part changed");
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  const leave = () => page.getByRole("main").getByRole("link", { name: "API keys" }).click();
  await page.getByRole("button", { name: "Add limits" }).click();
  await leave();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();

  await page.getByRole("link", { name: "Part changed", exact: true }).click();
  await page.getByLabel("Expires").selectOption("7");
  await leave();
  await question.getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Add limits" }).click();
  await page.getByLabel("Calls", { exact: true }).fill("5");
  await page.getByLabel("IP addresses and networks").fill("203.0.113.0/24");
  for (const go of [leave, () => page.evaluate(() => history.back())]) {
    await go();
    await expect(question).toHaveCount(1);
    await question.getByRole("button", { name: "Stay" }).click();
    await expect(question).toHaveCount(0);
  }
  await page.evaluate(() => history.back());
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await expect(question).toHaveCount(0);
  await removeKeys(db, "Part changed");
});

test("on a key's page the keyboard keeps its place, whatever goes away under it", async ({ operator: page, db }) => {
  await openKeys(page);
  await createKey(page, "By keyboard");
  await openKey(page, "By keyboard");
  const card = (name: string) => page.getByRole("region", { name });
  const heading = (name: string) => card(name).getByRole("heading", { name });
  const press = async (name: string) => {
    await page.getByRole("button", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
  };
  const calls = page.getByLabel("Calls", { exact: true });
  await press("Add limits");
  await expect(calls).toBeFocused();
  await press("Cancel");
  await expect(page.getByRole("button", { name: "Add limits" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("100");
  await press("Add a limit");
  await expect(calls.nth(1)).toBeFocused();
  await press("Remove limit 2");
  await expect(page.getByRole("button", { name: "Add a limit" })).toBeFocused();
  await press("Save limits");
  await expect(page.getByRole("button", { name: "Edit limits" })).toBeFocused();

  await page.getByLabel("Expires").selectOption("7");
  await press("Save expiry");
  await expect(heading("Expiry")).toBeFocused();
  const addresses = page.getByLabel("IP addresses and networks");
  await addresses.fill("nowhere");
  await press("Save addresses");
  await expect(card("Allowed addresses").getByRole("alert")).toBeVisible();
  await expect(addresses).toBeFocused();
  await addresses.fill("203.0.113.0/24");
  await press("Save addresses");
  await expect(heading("Allowed addresses")).toBeFocused();
  await expectAccessible(page);
  await removeKeys(db, "By keyboard");
});

test("what is typed of a key's limits and addresses outlives another's change, which is shown and not undone unseen", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Shared care");
  await openKey(page, "Shared care");
  const card = (name: string) => page.getByRole("region", { name });
  const button = (of: string, name: string) => card(of).getByRole("button", { name, exact: true });
  const calls = card("Limits").getByLabel("Calls", { exact: true });
  const addresses = page.getByLabel("IP addresses and networks");
  const setLimits = (max: number) =>
    db.query("UPDATE api_key SET limits = $1 WHERE name = 'Shared care'", [
      JSON.stringify([{ kind: "rate", per: "hour", max }]),
    ]);
  const setAddresses = (...networks: string[]) =>
    db.query("UPDATE api_key SET allowed_addresses = $1 WHERE name = 'Shared care'", [networks]);

  await button("Limits", "Add limits").click();
  await calls.fill("50");
  await setLimits(7);
  await button("Limits", "Save limits").click();
  await expect(card("Limits").getByRole("alert")).toContainText(
    "Somebody else changed the limits of this key meanwhile. Yours are not saved, and still here. Stored now:7 calls per hour",
  );
  await expect(calls).toHaveValue("50");
  await expectAccessible(page);
  await button("Limits", "Save limits").click();
  await expect(card("Limits").getByRole("alert")).toBeVisible();
  await button("Limits", "Reload their version").click();
  await expect(calls).toHaveValue("7");
  await expect(card("Limits").getByRole("alert")).toHaveCount(0);
  await expect(calls).toBeFocused();
  await calls.fill("60");

  // Another card's save brings in what others did: nothing is lost with it, and what is untouched shows it.
  await setLimits(8);
  await addresses.fill("203.0.113.1");
  await button("Allowed addresses", "Save addresses").click();
  await expect(card("Limits").getByRole("alert")).toContainText("8 calls per hour");
  await expect(addresses).toHaveValue("203.0.113.1/32");
  await expect(calls).toHaveValue("60");
  await setAddresses("198.51.100.0/24");
  await button("Limits", "Save mine over it").click();
  await expect(card("Limits").getByText("60 of 60 left")).toBeVisible();
  await expect(addresses).toHaveValue("198.51.100.0/24");

  // What is on its way to be saved is not lost either.
  await card("Expiry").getByLabel("Expires").selectOption("date");
  const lastDay = card("Expiry").getByLabel("Last day (UTC)");
  await lastDay.fill("2035-03-04");
  await db.query("UPDATE api_key SET expires_at = '2035-01-01T12:00Z' WHERE name = 'Shared care'");
  await button("Expiry", "Save expiry").click();
  await expect(card("Expiry").getByRole("alert")).toContainText("Somebody else changed the expiry of this key");
  await expect(lastDay).toHaveValue("2035-03-04");
  await button("Expiry", "Reload their version").click();
  await expect(lastDay).toHaveValue("2035-01-01");
  await lastDay.fill("2035-03-04");
  await button("Expiry", "Save expiry").click();
  await expect(page.getByText("Expiry saved")).toBeVisible();

  await addresses.fill("198.51.100.0/24\n10.0.0.0/8");
  await setAddresses("192.0.2.0/24");
  await button("Allowed addresses", "Save addresses").click();
  await expect(card("Allowed addresses").getByRole("alert")).toContainText("192.0.2.0/24");
  await expect(addresses).toHaveValue("198.51.100.0/24\n10.0.0.0/8");
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await button("Allowed addresses", "Reload their version").click();
  await expect(addresses).toHaveValue("192.0.2.0/24");
  await expect(card("Allowed addresses").getByRole("heading")).toBeFocused();
  await addresses.fill("198.51.100.0/24\n10.0.0.0/8");
  await setAddresses();
  await button("Allowed addresses", "Save addresses").click();
  await expect(card("Allowed addresses").getByRole("alert")).toContainText("any address may use it");
  await button("Allowed addresses", "Save mine over it").click();
  await expect(card("Allowed addresses").getByRole("button")).toHaveCount(0);
  const { rows } = await db.query("SELECT limits, allowed_addresses FROM api_key WHERE name = 'Shared care'");
  expect(rows).toEqual([
    { limits: [{ kind: "rate", per: "hour", max: 60 }], allowed_addresses: ["198.51.100.0/24", "10.0.0.0/8"] },
  ]);
  await removeKeys(db, "Shared care");
});

test("a save of limits or addresses whose answer was lost is nobody else's", async ({ operator: page, db }) => {
  await openKeys(page);
  await createKey(page, "Lost saves");
  await openKey(page, "Lost saves");
  const limits = page.getByRole("region", { name: "Limits" });
  const calls = limits.getByLabel("Calls", { exact: true });
  const addresses = page.getByLabel("IP addresses and networks");
  await limits.getByRole("button", { name: "Add limits" }).click();
  await calls.fill("50");
  await addresses.fill("203.0.113.1");
  await loseAnswers(page);
  for (const name of ["Save limits", "Save addresses"]) await page.getByRole("button", { name }).click();
  await expect(page.getByText("Nothing is known to have changed")).toHaveCount(2);
  await page.unrouteAll({ behavior: "wait" });
  await calls.fill("60");
  await addresses.fill("203.0.113.1\n203.0.113.2");
  for (const name of ["Save limits", "Save addresses"]) await page.getByRole("button", { name }).click();
  await expect(page.getByText("60 of 60 left")).toBeVisible();
  await expect(addresses).toHaveValue("203.0.113.1/32\n203.0.113.2/32");
  await expect(page.getByText("Somebody else")).toHaveCount(0);
  await removeKeys(db, "Lost saves");
});

test("what is typed while limits and addresses are saved stays, and is yet to be saved", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Typed on");
  await openKey(page, "Typed on");
  let answer = () => {};
  const isAction = (url: URL) => url.pathname.startsWith("/keys/");
  const hold = async () => {
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(isAction, async (route) => {
      if (route.request().method() === "POST") await answered;
      await route.fallback();
    });
    return page.waitForRequest((request) => request.method() === "POST");
  };
  const addresses = page.getByLabel("IP addresses and networks");
  await addresses.fill("203.0.113.1");
  const sentAddresses = hold();
  await page.getByRole("button", { name: "Save addresses" }).click();
  await sentAddresses;
  await addresses.fill("203.0.113.1\n203.0.113.2");
  answer();
  await expect(page.getByText("Addresses saved")).toBeVisible();
  await expect(addresses).toHaveValue("203.0.113.1\n203.0.113.2");
  await expect(page.getByRole("region", { name: "Allowed addresses" }).getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Save addresses" }).click();
  await expect(addresses).toHaveValue("203.0.113.1/32\n203.0.113.2/32");
  await page.unrouteAll({ behavior: "wait" });

  await page.getByRole("button", { name: "Add limits" }).click();
  const calls = page.getByLabel("Calls", { exact: true });
  await calls.fill("5");
  const sentLimits = hold();
  await page.getByRole("button", { name: "Save limits" }).click();
  await sentLimits;
  await calls.fill("6");
  answer();
  await expect(page.getByText("Limits saved")).toBeVisible();
  await expect(calls).toHaveValue("6");
  await expect(page.getByRole("region", { name: "Limits" }).getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Save limits" }).click();
  await expect(page.getByText("6 of 6 left")).toBeVisible();
  await removeKeys(db, "Typed on");
});

test("of two who regenerate a key the second is told, sees the key as it is now, and decides again", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  const first = await createKey(page, "Rotated twice");
  await openKey(page, "Rotated twice");
  const other = await page.context().newPage();
  await openKey(other, "Rotated twice");
  const regenerate = async (of: Page) => {
    await of.getByRole("dialog").getByRole("button", { name: "Regenerate", exact: true }).click();
  };
  for (const one of [page, other]) await one.getByRole("button", { name: "Regenerate" }).click();
  await other.getByLabel("In 24 hours").check();
  await regenerate(other);
  const second = await keepToken(other);

  const dialog = page.getByRole("dialog");
  await page.getByLabel("In 1 hour").check();
  await expect(dialog).toContainText(`flk_…${first.slice(-4)}`);
  await regenerate(page);
  await expect(dialog.getByRole("alert")).toContainText("Somebody else regenerated this key meanwhile");
  await expect(dialog).toContainText(`flk_…${second.slice(-4)}`);
  await expect(dialog).toContainText("An older token that still works beside it stops now");
  await expect(page.getByLabel("In 1 hour")).toBeChecked();
  await expectAccessible(page);
  await regenerate(page);
  const third = await keepToken(page);
  expect(third).not.toBe(second);
  await removeKeys(db, "Rotated twice");
});

test("where the answer to a regeneration is lost, the next one is not refused for the token nobody has read", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await createKey(page, "Lost token");
  await openKey(page, "Lost token");
  await page.getByRole("button", { name: "Regenerate" }).click();
  await loseAnswers(page);
  const regenerate = page.getByRole("dialog").getByRole("button", { name: "Regenerate", exact: true });
  await regenerate.click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("No answer came back");
  await page.unrouteAll({ behavior: "wait" });
  await regenerate.click();
  await keepToken(page);
  await removeKeys(db, "Lost token");
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
