import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expectNothingSent } from "./before-script";
import { ensureOperator, expect, owner, signInAs, test } from "./fixtures";

async function fillIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("an operator signs in and out", async ({ page }) => {
  await page.goto("/keys");
  await expect(page).toHaveURL(/\/login$/);
  await expectAccessible(page);
  await fillIn(page, ` ${owner.email.toUpperCase()} `, owner.password);
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
  const copied = await page.context().cookies();
  await page.getByRole("button", { name: /Account menu/ }).click();
  await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto("/keys");
  await expect(page).toHaveURL(/\/login$/);
  // Whoever has copied the cookie is signed out with them.
  await page.context().addCookies(copied);
  await page.goto("/keys");
  await expect(page).toHaveURL(/\/login$/);
});

test("a wrong email and a wrong password read alike", async ({ page }) => {
  await page.goto("/login");
  await fillIn(page, "nobody-known@example.com", "correct horse battery staple");
  const alert = page.getByRole("alert").filter({ hasText: "Email or password" });
  await expect(alert).toHaveText("Email or password is not right.");
  await page.reload();
  await fillIn(page, owner.email, "not the password at all");
  await expect(alert).toHaveText("Email or password is not right.");
});

test("before its script is there, a form with a password sends nothing, least of all in the address", async ({
  browser,
  baseURL,
  request,
}) => {
  const { email, password } = owner;
  await expectNothingSent(browser, `${baseURL}/login`, { Email: email, Password: password });
  await expectNothingSent(browser, `${baseURL}/password`, { Password: password });
  // And if it were sent after all: the page once more, and nothing in it.
  const answer = await request.post("/login", { form: { email, password } });
  expect(answer.status()).toBe(200);
  const page = await answer.text();
  expect(page).toContain("Sign in");
  expect(page).not.toContain(email);
  expect(page).not.toContain(password);
});

test("without a connection one neither signs in nor out, is told so, and keeps the page and what was typed", async ({
  page,
}) => {
  const unreachable = "Flowlatch could not be reached. Check your connection and try again.";
  await page.goto("/login");
  await page.context().setOffline(true);
  await fillIn(page, owner.email, owner.password);
  await expect(page.getByRole("alert").filter({ hasText: unreachable })).toBeVisible();
  await expect(page).toHaveURL(/\/login$/);
  await expect(page.getByLabel("Email")).toHaveValue(owner.email);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(owner.password);
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Sign in" }).click();
  const heading = page.getByRole("heading", { name: "API keys", exact: true });
  await expect(heading).toBeVisible();

  for (const item of ["Sign out", "Sign out everywhere"]) {
    await page.getByRole("button", { name: /Account menu/ }).click();
    await expect(page.getByRole("menuitem", { name: item, exact: true })).toBeVisible();
    await page.context().setOffline(true);
    // What toasts are made of is not here yet, and cannot be fetched.
    const told = page.waitForEvent("dialog");
    await page.getByRole("menuitem", { name: item, exact: true }).click({ noWaitAfter: true });
    const dialog = await told;
    expect(dialog.message()).toBe(
      "No answer came.\nFlowlatch could not be reached. Check your connection and sign out again.",
    );
    await dialog.dismiss();
    await expect(heading).toBeVisible();
    await page.context().setOffline(false);
  }
  await page.getByRole("button", { name: /Account menu/ }).click();
  // In another tab meanwhile: what it asks for is so already.
  const other = await page.context().newPage();
  await other.goto("/keys");
  await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL(/\/login$/);
  await other.getByRole("button", { name: /Account menu/ }).click();
  await other.getByRole("menuitem", { name: "Sign out everywhere" }).click();
  await expect(other).toHaveURL(/\/login$/);
});

test("guessing an account's password gets slower and says so", async ({ page, db }) => {
  const email = await ensureOperator(db, "admin");
  await page.goto("/login");
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    await fillIn(page, email, `wrong password ${attempt}`);
    await expect(page.getByText(/Email or password is not right|Too many failed sign-ins/)).toBeVisible();
    await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
  }
  await expect(page.getByText(/Too many failed sign-ins\. Try again in \d+ seconds?\./)).toBeVisible();
  // Another account from the same address is not held up.
  await fillIn(page, owner.email, owner.password);
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
});

test("sign out everywhere ends the operator's other sessions at once", async ({ page, browser, db, baseURL }) => {
  const email = await ensureOperator(db, "editor");
  await signInAs(page.context(), db, baseURL as string, email);
  const elsewhere = await browser.newContext({ baseURL: baseURL as string });
  await signInAs(elsewhere, db, baseURL as string, email);
  const other = await elsewhere.newPage();
  await other.goto("/keys");
  await expect(other.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();

  await page.goto("/keys");
  await page.getByRole("button", { name: /Account menu/ }).click();
  await page.getByRole("menuitem", { name: "Sign out everywhere" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await other.reload();
  await expect(other).toHaveURL(/\/login$/);
  await elsewhere.close();
});

test("pages carry the headers that keep a browser from being used against the operator", async ({ page }) => {
  const response = await page.goto("/login");
  const headers = response?.headers() ?? {};
  expect(headers["content-security-policy"]).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'/);
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["cache-control"]).toContain("no-store");
});

test("no answer is taken for another type than it says, and the API's stand in no frame either (ASVS 3.4.4)", async ({
  operator: page,
}) => {
  await page.goto("/keys");
  const script = await page.locator("script[src]").first().getAttribute("src");
  const api = ["/api/v1/ping", "/api/v1/unknown", "/api/auth/csrf", "/api/health/live"];
  for (const address of ["/login", "/keys", "/activity/export", "/unknown", "/icon.svg", script as string, ...api]) {
    const headers = (await page.request.get(address)).headers();
    expect(headers["x-content-type-options"], address).toBe("nosniff");
    if (api.includes(address)) expect(headers["content-security-policy"]).toBe("frame-ancestors 'none'");
  }
});
