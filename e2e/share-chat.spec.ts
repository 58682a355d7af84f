import type { Page } from "@playwright/test";
import type { Pool } from "pg";
import { expectAccessible } from "./axe";
import { expectNothingSent } from "./before-script";
import { expect, test } from "./fixtures";

const text = "# Opening hours\n\nThe workshop opens at nine and closes at six.";

/** A closed chatflow that knows the opening hours; its id. */
async function makeChatflow(page: Page, db: Pool, name: string): Promise<string> {
  await page.goto("/chatflows");
  await page.getByRole("button", { name: "New chatflow" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Paste text" }).click();
  await page.getByLabel("Title of the text").fill("Hours");
  await page.getByLabel("Text", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name, exact: true, level: 1 })).toBeVisible();
  const { rows } = await db.query<{ id: string }>("SELECT id FROM chatflow WHERE name = $1", [name]);
  return rows[0]?.id ?? "";
}

const removeChatflow = (db: Pool, id: string) => db.query("DELETE FROM chatflow WHERE id = $1", [id]);
const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
const question = (page: Page) => page.getByLabel("Your question");

/** A page just loaded may not have its script yet, and then forgets what was switched on. */
async function switchOn(page: Page, name: string): Promise<void> {
  const field = page.getByRole("switch", { name });
  await expect(async () => {
    await field.setChecked(true);
    await expect(page.getByText("Unsaved changes")).toBeVisible({ timeout: 2_000 });
  }).toPass();
}

test("an operator shares a chatflow, a visitor talks with it, and what they left is read, exported and deleted", async ({
  operator: page,
  browser,
  baseURL,
  db,
}) => {
  const id = await makeChatflow(page, db, "Workshop support");

  // Closed: there is nothing to share, and the dialog says why.
  await page.getByRole("button", { name: "API code" }).click();
  const dialog = page.getByRole("dialog", { name: "API code" });
  await dialog.getByRole("tab", { name: "Share" }).click();
  await expect(dialog).toContainText("This chatflow is closed, so it has no shared page.");
  await dialog.getByRole("tab", { name: "Embed" }).click();
  await expect(dialog.getByRole("region", { name: "Server sample" })).toContainText("FLOWLATCH_API_KEY");
  await page.getByRole("combobox", { name: "Authorization" }).click();
  await page.getByRole("option", { name: "No authorization (public)" }).click();
  await page.getByRole("button", { name: "Make public" }).click();
  await expect(dialog.getByRole("region", { name: "HTML sample" })).toContainText("Chatbot.init({");
  await dialog.getByText("Full page", { exact: true }).click();
  await dialog.getByText("React", { exact: true }).click();
  await expect(dialog.getByRole("region", { name: "React sample" })).toContainText("Chatbot.initFull({");
  await expectAccessible(page);
  await dialog.getByRole("tab", { name: "Share" }).click();
  await expect(dialog.getByLabel("Link", { exact: true })).toHaveValue(`${baseURL}/chat/${id}`);
  await dialog.getByRole("button", { name: "Copy link" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${baseURL}/chat/${id}`);
  await expectAccessible(page);
  await dialog.getByRole("link", { name: "sharing settings" }).click();

  await expect(page.getByRole("heading", { name: "Sharing", level: 1 })).toBeVisible();
  await switchOn(page, "Visitors may rate answers");
  await page.getByRole("switch", { name: "Ask visitors who they are" }).setChecked(true);
  await page.getByLabel("Title", { exact: true }).fill("Ask the workshop");
  await page.getByLabel("Welcome").fill("Hello!");
  await page.getByLabel("Starter questions").fill("When does the workshop open?\nWhen does it close?");
  await page.getByLabel("Colour").fill("#ffe14d");
  await page.getByLabel("Avatar").fill("http://example.com/a.png");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The picture’s address has to begin with https://.")).toBeVisible();
  await expect(page.getByLabel("Avatar")).toBeFocused();
  await expectAccessible(page);
  await page.getByLabel("Avatar").fill("");
  // Somebody else saves meanwhile: nothing is lost on either side.
  await db.query(`UPDATE chatflow SET sharing = '{"title":"Theirs"}', sharing_version = 2 WHERE id = $1`, [id]);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Somebody else saved these settings meanwhile")).toBeVisible();
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);

  const typed = { Name: "Olga", "Email address": "olga@example.com" };
  await expectNothingSent(browser, `${baseURL}/chat/${id}`, typed);
  const context = await browser.newContext({ baseURL: baseURL as string, viewport: { width: 390, height: 780 } });
  const visitor = await context.newPage();
  expect((await visitor.goto(`/chat/${id}`))?.status()).toBe(200);
  await expect(visitor).toHaveTitle("Ask the workshop");
  await expect(visitor.locator("meta[name=robots]")).toHaveAttribute("content", /noindex/);
  await expect(visitor.getByText("Hello!")).toBeVisible();
  await visitor.getByRole("button", { name: "Begin" }).click();
  await expect(visitor.getByText("Give your name.")).toBeVisible();
  await expect(visitor.getByLabel("Name")).toBeFocused();
  await expectAccessible(visitor);
  await visitor.getByLabel("Name").fill("=Olga");
  await visitor.getByLabel("Email address").fill("olga@example.com");
  await visitor.getByRole("button", { name: "Begin" }).click();
  await expect(visitor.getByText("Thank you!")).toBeVisible();
  await visitor.getByRole("button", { name: "When does the workshop open?" }).click();
  const first = visitor.getByRole("article", { name: "When does the workshop open?" });
  await expect(first).toContainText("The workshop opens at nine");
  await first.getByText("1 source").click();
  await expect(first.getByRole("listitem")).toHaveText("Hours › Opening hours");
  await first.getByRole("button", { name: "Bad answer" }).click();
  await first.getByLabel("What was wrong with it?").fill("Too short");
  await first.getByRole("button", { name: "Send" }).click();
  await expect(first.getByText("Thank you for telling us.")).toBeVisible();
  await expectAccessible(visitor);
  await question(visitor).fill("And when does it close?");
  await question(visitor).press("Enter");
  await expect(visitor.getByRole("article")).toHaveCount(2);
  await expect(visitor.getByRole("button", { name: "Send" })).toBeVisible();
  await visitor.reload();
  await expect(visitor.getByRole("article")).toHaveCount(2);
  await expect(first.getByRole("button", { name: "Bad answer" })).toHaveAttribute("aria-pressed", "true");
  await db.query(`UPDATE chatflow SET sharing = sharing || '{"perAddressPerMinute": 1}' WHERE id = $1`, [id]);
  await question(visitor).fill("Once more?");
  await question(visitor).press("Enter");
  await expect(visitor.getByText("Too many questions came from your address.")).toBeVisible();
  await expect(visitor.getByRole("button", { name: "Try again" })).toHaveText(/Try again in \d+ s/);
  await expectAccessible(visitor);
  // As with a phone's keyboard open.
  await visitor.setViewportSize({ width: 390, height: 380 });
  await question(visitor).focus();
  await expect(question(visitor)).toBeInViewport({ ratio: 1 });
  expect(await fits(visitor)).toBe(true);
  await context.close();

  await page.getByRole("link", { name: "Feedback" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Too short" })).toContainText("Bad");
  await expectAccessible(page);
  const feedback = await page.request.get(`/chatflows/${id}/sharing/feedback/export?format=jsonl`);
  expect(JSON.parse(await feedback.text())).toMatchObject({ rating: "THUMBS_DOWN", comment: "Too short" });
  await page.getByLabel("Rating").selectOption("Good");
  await expect(page.getByRole("heading", { name: "No feedback matches" })).toBeVisible();
  await page.getByRole("link", { name: "Leads" }).click();
  await expect(page.getByRole("row").filter({ hasText: "olga@example.com" })).toContainText("=Olga");
  await expectAccessible(page);
  const leads = await page.request.get(`/chatflows/${id}/sharing/leads/export?format=csv`);
  expect(leads.headers()["content-disposition"]).toMatch(/attachment; filename="flowlatch-leads-.+\.csv"/);
  expect(await leads.text()).toContain(",'=Olga,olga@example.com,,");
  await page.setViewportSize({ width: 390, height: 780 });
  expect(await fits(page)).toBe(true);
  const remove = page.getByRole("button", { name: "Delete the lead “=Olga”" });
  await remove.click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(remove).toBeFocused();
  await remove.click();
  await page.getByRole("button", { name: "Delete lead", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No leads yet" })).toBeVisible();
  await expect(page.getByRole("main")).toBeFocused();
  await removeChatflow(db, id);
});

test("a chatflow that is not public and one that never was have one and the same page, and viewers read no visitor's data", async ({
  operator: page,
  viewer,
  browser,
  baseURL,
  db,
}) => {
  const id = await makeChatflow(page, db, "Not shared");
  const context = await browser.newContext({ baseURL: baseURL as string });
  const visitor = await context.newPage();
  const seen: string[] = [];
  for (const address of [`/chat/${id}`, "/chat/00000000-0000-8000-8000-000000000000", "/chat/nothing"]) {
    expect((await visitor.goto(address))?.status()).toBe(404);
    await expect(visitor.getByRole("heading", { name: "This chat is not available" })).toBeVisible();
    seen.push(`${await visitor.title()}\n${await visitor.locator("main").innerHTML()}`);
  }
  expect(new Set(seen).size).toBe(1);
  await expectAccessible(visitor);
  await context.close();

  await viewer.goto(`/chatflows/${id}/sharing`);
  await expect(viewer.getByText("Your role may look at this but not change it.")).toBeVisible();
  await expect(viewer.getByRole("button", { name: "Save" })).toHaveCount(0);
  await expect(viewer.getByRole("link", { name: "Leads" })).toHaveCount(0);
  await viewer.goto(`/chatflows/${id}/sharing/leads`);
  await expect(viewer.getByRole("heading", { name: "Your role may not read leads" })).toBeVisible();
  expect((await viewer.request.get(`/chatflows/${id}/sharing/leads/export`)).status()).toBe(403);
  expect((await viewer.request.get(`/chatflows/${id}/sharing/feedback/export`)).status()).toBe(403);
  await removeChatflow(db, id);
});
