import type { Locator, Page } from "@playwright/test";
import type { Pool } from "pg";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";

const hours = "# Opening hours\n\nThe workshop opens at nine and closes at six.";
const parking = "# Parking\n\nVisitors park bicycles behind the red gate.";
const markup = '<img src=x onerror="document.title=1">';

const nameField = (page: Page) => page.getByLabel("Name", { exact: true });
const exchangeOf = (page: Page, question: string) => page.getByRole("article", { name: question, exact: true });
const headingOf = (page: Page, name: string) => page.getByRole("heading", { name, exact: true, level: 1 });

async function openList(page: Page): Promise<void> {
  await page.goto("/chatflows");
  await expect(headingOf(page, "Chatflows")).toBeVisible();
}

/** Fills the dialog of a new chatflow with a pasted text, and returns its last button. */
async function describeChatflow(page: Page, name: string, title: string, text: string): Promise<Locator> {
  await openList(page);
  await page.getByRole("button", { name: "New chatflow" }).click();
  await nameField(page).fill(name);
  await page.getByRole("button", { name: "Paste text" }).click();
  await page.getByLabel("Title of the text").fill(title);
  await page.getByLabel("Text", { exact: true }).fill(text);
  return page.getByRole("button", { name: "Create", exact: true });
}

async function createChatflow(page: Page, name: string, title = "Hours", text = hours): Promise<string> {
  await (await describeChatflow(page, name, title, text)).click();
  await expect(headingOf(page, name)).toBeVisible();
  return new URL(page.url()).pathname;
}

async function ask(page: Page, question: string): Promise<Locator> {
  await page.getByLabel("Question", { exact: true }).fill(question);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toHaveAttribute("aria-busy", "false");
  return exchangeOf(page, question);
}

async function rename(page: Page, name: string): Promise<void> {
  await nameField(page).fill(name);
  await page.getByRole("button", { name: "Save", exact: true }).click();
}

async function removeChatflow(db: Pool, name: string): Promise<void> {
  await db.query("DELETE FROM chatflow WHERE name = $1", [name]);
}

test("a chatflow lives from its documents to its deletion", async ({ operator: page }) => {
  const create = await describeChatflow(page, "Workshop", "Hours", hours);
  const upload = { name: "parking.md", mimeType: "text/markdown", buffer: Buffer.from(parking) };
  await page.getByLabel("Document files").setInputFiles(upload);
  await expect(page.getByRole("listitem").filter({ hasText: "parking.md" })).toBeVisible();
  await create.click();
  await expect(headingOf(page, "Workshop")).toBeVisible();
  const address = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Copy chatflow ID" }).click();
  await expect(page.getByText("Copied", { exact: true })).toBeVisible();
  expect(address).toBe(`/chatflows/${await page.evaluate(() => navigator.clipboard.readText())}`);

  const answer = await ask(page, "When does the workshop open?");
  await expect(answer).toContainText("The workshop opens at nine");
  await answer.getByText("1 source").click();
  await expect(answer.getByRole("listitem")).toHaveText("Hours › Opening hours");
  await expect(await ask(page, "Where do visitors park bicycles?")).toContainText("behind the red gate");
  await expect(await ask(page, "Who won the chess tournament?")).toContainText("I could not find an answer");

  await rename(page, "Workshop, renamed");
  await expect(headingOf(page, "Workshop, renamed")).toBeVisible();
  await page.getByRole("button", { name: "Remove parking.md" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("button", { name: "Remove parking.md" })).toHaveCount(0);
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(await ask(page, "Where do visitors park bicycles?")).toContainText("I could not find an answer");

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const confirm = page.getByRole("button", { name: "Delete chatflow" });
  await page.getByLabel(/^Type/).fill("Workshop");
  await confirm.click();
  await expect(page.getByLabel(/^Type/)).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel(/^Type/).fill("Workshop, renamed");
  await confirm.click();
  await expect(page).toHaveURL(/\/chatflows$/);
  await expect(page.getByRole("link", { name: "Flowlatch guide" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Workshop, renamed" })).toHaveCount(0);
  expect((await page.goto(address))?.status()).toBe(404);
  await expect(headingOf(page, "There is no such chatflow")).toBeVisible();
});

test("of two tabs that save at once the second is told, and keeps what was typed", async ({ operator: page, db }) => {
  const address = await createChatflow(page, "Edited twice");
  const other = await page.context().newPage();
  await other.goto(address);
  await expect(nameField(other)).toHaveValue("Edited twice");
  await rename(page, "Edited first");
  await expect(headingOf(page, "Edited first")).toBeVisible();
  await rename(other, "Edited second");
  await expect(other.getByText("Somebody else saved this chatflow meanwhile")).toBeVisible();
  await expect(nameField(other)).toHaveValue("Edited second");
  await other.getByRole("button", { name: "Reload their version" }).click();
  await expect(nameField(other)).toHaveValue("Edited first");
  await removeChatflow(db, "Edited first");
});

test("a dialog stays open while its documents are sent", async ({ operator: page, db }) => {
  const create = await describeChatflow(page, "Sent slowly", "Hours", hours);
  const released = Promise.withResolvers<void>();
  await page.route("**/chatflows", async (route) => {
    if (route.request().method() === "POST") await released.promise;
    await route.continue();
  });
  await create.click();
  await expect(page.getByRole("button", { name: "Cancel" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Close", exact: true }).click({ force: true });
  // Longer than the dialog takes to go.
  await page.waitForTimeout(400);
  await expect(page.getByRole("dialog")).toBeVisible();
  released.resolve();
  await expect(headingOf(page, "Sent slowly")).toBeVisible();
  await removeChatflow(db, "Sent slowly");
});

test("markup in a name or a document is text, and never breaks the page", async ({ operator: page, db }) => {
  await createChatflow(page, markup, "Gate", `# Gate\n\nThe gate code is ${markup} as written on the wall.`);
  await expect(await ask(page, "What is the gate code?")).toContainText(`The gate code is ${markup}`);
  await expect(page.locator("img[src=x]")).toHaveCount(0);
  await expect(page).toHaveTitle(`${markup} · Flowlatch`);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await openList(page);
  await expect(page.getByRole("link", { name: markup })).toBeVisible();
  await expect(page.locator("img[src=x]")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await removeChatflow(db, markup);
});

test("a fresh deployment answers from the guide, and a viewer sees no write controls", async ({ viewer, operator }) => {
  for (const page of [operator, viewer]) {
    await openList(page);
    await expect(page.getByRole("button", { name: "New chatflow" })).toHaveCount(page === operator ? 1 : 0);
    await page.getByRole("link", { name: "Flowlatch guide" }).click();
    await expect(headingOf(page, "Flowlatch guide")).toBeVisible();
    const answer = await ask(page, "How do I regenerate a key?");
    await expect(answer).toContainText('choose "Regenerate" in its menu');
    await expect(answer).toContainText("api-keys.md");
  }
  const writeControls = /^(?:Save|Delete|Add documents|Remove .*)$/;
  await expect(operator.getByRole("button", { name: writeControls })).not.toHaveCount(0);
  await expect(viewer.getByRole("button", { name: writeControls })).toHaveCount(0);
  await expect(nameField(viewer)).toHaveAttribute("readonly", "");
});

test("a further page of a list whose rows are gone says so, and leads back to those there are", async ({
  operator: page,
  db,
}) => {
  const { rows } = await db.query("SELECT id FROM chatflow WHERE name = 'Flowlatch guide'");
  const own = `/chatflows/${rows[0].id}`;
  const beyondAll = ["1970-01-01T00:00:00.000Z", "00000000-0000-8000-8000-000000000000"];
  const after = Buffer.from(JSON.stringify(beyondAll)).toString("base64url");
  const lists = ["/chatflows", "/activity", "/activity/refused-calls", `${own}/sessions`];
  for (const path of [...lists, `${own}/sharing/leads`, `${own}/sharing/feedback`]) {
    await page.goto(`${path}?after=${after}`);
    await expect(page.getByRole("heading", { name: "This page of the list is empty" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Go to the first page" })).toHaveAttribute("href", path);
  }
  await page.goto(`/chatflows?after=${after}`);
  await expect(page.getByLabel("Search chatflows")).toBeVisible();
  await page.getByRole("link", { name: "Go to the first page" }).click();
  await expect(page.getByRole("link", { name: "Flowlatch guide" })).toBeVisible();
});

test("trying a chatflow streams, and answers no other site's page", async ({ operator: page, db, baseURL }) => {
  const address = await createChatflow(page, "Streams");
  const send = (origin: string) =>
    page.request.post(`${address}/try`, { headers: { origin }, data: { question: "When does the workshop open?" } });
  const answer = await send(baseURL as string);
  expect(answer.headers()["content-type"]).toContain("application/x-ndjson");
  const events = (await answer.text())
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).type as string);
  expect(events.filter((type) => type === "token").length).toBeGreaterThan(1);
  expect(events.at(-1)).toBe("done");
  expect((await send("https://elsewhere.example")).status()).toBe(403);
  await removeChatflow(db, "Streams");
});

test("on a phone one tries a chatflow before its settings", async ({ operator: page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openList(page);
  await page.getByRole("link", { name: "Flowlatch guide" }).click();
  const top = async (name: string) => (await page.getByRole("heading", { name, exact: true }).boundingBox())?.y ?? 0;
  await expect(page.getByRole("heading", { name: "Try it" })).toBeVisible();
  expect(await top("Try it")).toBeLessThan(await top("Settings"));
  expect(await top("Settings")).toBeLessThan(await top("Delete chatflow"));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("list, detail and dialogs are accessible in light and dark", async ({ operator: page, db }) => {
  await openList(page);
  await expectAccessible(page);
  const create = await describeChatflow(page, "Accessible", "Hours", hours);
  await expectAccessible(page);
  await create.click();
  await expect(headingOf(page, "Accessible")).toBeVisible();
  await (await ask(page, "When does the workshop open?")).getByText("1 source").click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await removeChatflow(db, "Accessible");
});
