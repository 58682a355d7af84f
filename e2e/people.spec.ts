import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { ensureOperator, expect, signInAs, test } from "./fixtures";

const grace = { name: "Grace Hopper", email: "grace@example.com", password: "seven green lamps hum" };

const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
const dialog = (page: Page) => page.getByRole("dialog");

async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

test("somebody is invited, chooses a password, gets another role and is removed, which ends their session at once", async ({
  operator: page,
  browser,
  baseURL,
}) => {
  await page.goto("/settings/people");
  await page.getByRole("button", { name: "Invite" }).click();
  await dialog(page).getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByText("Name is required.")).toBeVisible();
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.getByLabel("Name").fill(grace.name);
  await page.getByLabel("Email").fill("ada@example.com");
  await page.keyboard.press("Enter");
  await expect(page.getByText("There is already an account for ada@example.com.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Email").fill(grace.email);
  await page.keyboard.press("Enter");
  const link = await page.getByLabel("Link to choose a password").inputValue();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(rowOf(page, grace.name)).toContainText("Invited");

  const context = await browser.newContext({ baseURL: baseURL as string });
  const hers = await context.newPage();
  await hers.goto(link);
  await expect(hers).toHaveURL("/password");
  await expectAccessible(hers);
  await hers.getByLabel("Password", { exact: true }).fill("password1234");
  await hers.getByRole("button", { name: "Choose and sign in" }).click();
  await expect(hers.getByText(/easy to guess/)).toBeVisible();
  await hers.getByLabel("Password", { exact: true }).fill(grace.password);
  // The connection is lost right after: the link is used up, and signing in is all that is left to do.
  await hers.route("**/api/auth/**", (route) => route.abort());
  await hers.getByRole("button", { name: "Choose and sign in" }).click();
  await expect(hers.getByText("Your password was changed, but you are not signed in yet.")).toBeVisible();
  await hers.unroute("**/api/auth/**");
  await hers.getByRole("button", { name: "Choose and sign in" }).click();
  await expect(hers).toHaveURL("/keys");
  await hers.goto("/settings/people");
  await expect(hers.getByRole("button", { name: "Invite" })).toHaveCount(0);

  await choose(page, grace.name, "Change role");
  await page.getByLabel("Role", { exact: true }).selectOption("Admin");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await expect(rowOf(page, grace.name)).toContainText("Admin");
  await hers.reload();
  await expect(hers.getByRole("button", { name: "Invite" })).toBeVisible();
  await expect(rowOf(hers, grace.name)).toContainText("You");

  await choose(page, grace.name, "Remove");
  await expectAccessible(page);
  await dialog(page).getByRole("button", { name: "Remove" }).click();
  await expect(rowOf(page, grace.name)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Invite" })).toBeFocused();
  await hers.reload();
  await expect(hers).toHaveURL("/login");
  await hers.goto(link);
  await hers.getByLabel("Password", { exact: true }).fill(grace.password);
  await hers.getByRole("button", { name: "Choose and sign in" }).click();
  await expect(hers.getByText("This link does not work any more.")).toBeVisible();
  await context.close();
});

test("an admin can do nothing to an owner, and the list fits a phone", async ({ browser, db, baseURL }) => {
  const context = await browser.newContext({ baseURL: baseURL as string, viewport: { width: 390, height: 800 } });
  await signInAs(context, db, baseURL as string, await ensureOperator(db, "admin"));
  const page = await context.newPage();
  await page.goto("/settings/people");
  await expect(rowOf(page, "Ada Lovelace")).toContainText("Owner");
  await expect(page.getByRole("button", { name: "Actions for Ada Lovelace" })).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await expectAccessible(page);
  await context.close();
});
