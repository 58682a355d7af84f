import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { keepToken, openKey, openNewKey, removeKeys } from "./keys-page";
import { loseAnswers } from "./lost-answers";

test("a key's page that was changed in several places asks once before it is left, and again after Stay", async ({
  operator: page,
  db,
}) => {
  await openNewKey(page, "Part changed");
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
  await openNewKey(page, "By keyboard");
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
  await openNewKey(page, "Shared care");
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
  await openNewKey(page, "Lost saves");
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
  await openNewKey(page, "Typed on");
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
  const first = await openNewKey(page, "Rotated twice");
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
  await openNewKey(page, "Lost token");
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
