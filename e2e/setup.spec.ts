import { expectAccessible } from "./axe";
import { expectNothingSent } from "./before-script";
import { expect, owner, setupUrl, test } from "./fixtures";

test("nobody claims a fresh deployment without the setup code", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Not set up yet" })).toBeVisible();
  await page.goto("/setup");
  await page.getByLabel("Setup code").fill("aaaaaaaaaaaaaaaaaaaaaaaaaa");
  await page.getByLabel("Name").fill("Mallory");
  await page.getByLabel("Email").fill("mallory@example.com");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("The setup code is not right.")).toBeVisible();
});

test("what is wrong with a first account is said beside the field, and nothing typed is lost", async ({ page }) => {
  await page.goto(setupUrl());
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("Email").fill("not an address");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("That is not an email address")).toBeVisible();
  await expect(page.getByText("Use 12 characters or more; this has 5.")).toBeVisible();
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill("password1234");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("That password is easy to guess")).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("Ada");
});

test("the address that was printed makes the first account, once", async ({ page, browser, baseURL }) => {
  await page.goto(setupUrl());
  await expectAccessible(page);
  await expectNothingSent(browser, setupUrl(), { Name: owner.name, Email: owner.email, Password: owner.password });
  await page.getByLabel("Name").fill(owner.name);
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password", { exact: true }).fill(owner.password);
  // The connection is lost right after: signing in is all that is left to do.
  await page.route("**/api/auth/**", (route) => route.abort());
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("Your account was created, but you are not signed in yet.")).toBeVisible();
  await page.unroute("**/api/auth/**");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();

  const stranger = await browser.newPage({ baseURL: baseURL as string });
  await stranger.goto(setupUrl());
  await expect(stranger).toHaveURL(/\/login$/);
  await stranger.close();
});
