import type { Locator, Page } from "@playwright/test";
import type { Pool } from "pg";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";

const text = "# Opening hours\n\nThe workshop opens at nine and closes at six.";

/** A public chatflow that knows the opening hours; its id. */
async function makeChatflow(page: Page, db: Pool, name: string): Promise<string> {
  await page.goto("/chatflows");
  await page.getByRole("button", { name: "New chatflow" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Paste text" }).click();
  await page.getByLabel("Title of the text").fill("Hours");
  await page.getByLabel("Text", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name, exact: true, level: 1 })).toBeVisible();
  const { rows } = await db.query<{ id: string }>(
    "UPDATE chatflow SET is_public = true, api_key_id = NULL WHERE name = $1 RETURNING id",
    [name],
  );
  return rows[0]?.id ?? "";
}

async function call(page: Page, id: string, sessionId: string, question: string): Promise<void> {
  const response = await page.request.post(`/api/v1/prediction/${id}`, { data: { question, sessionId } });
  expect(response.status()).toBe(200);
}

const removeChatflow = (db: Pool, id: string) => db.query("DELETE FROM chatflow WHERE id = $1", [id]);
const rows = (page: Page) => page.getByRole("row").filter({ has: page.getByRole("link") });
const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** A page just loaded may not have its script yet, and then forgets what was chosen. */
async function choose(field: Locator, option: string, outcome: Locator): Promise<void> {
  await expect(async () => {
    await field.selectOption(option);
    await expect(outcome).toBeVisible({ timeout: 2_000 });
  }).toPass();
}

test("conversations are listed, searched, read, and deleted turn by turn, one by one and by session id", async ({
  operator: page,
  db,
}) => {
  const id = await makeChatflow(page, db, "Has sessions");
  await call(page, id, "olga-1", "When does the workshop open?");
  await call(page, id, "olga-1", "And when does it close?");
  await call(page, id, "boris", "Who won the chess tournament?");
  await call(page, id, "carla", "Is the workshop open at noon?");

  await page.getByRole("link", { name: "Conversations", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Conversations", level: 1 })).toBeVisible();
  await expect(rows(page)).toHaveCount(3);
  await expect(rows(page).nth(0)).toContainText("Is the workshop open at noon?");
  await expect(rows(page).nth(2)).toContainText("When does the workshop open?");
  await expect(rows(page).nth(2)).toContainText("olga-1");
  await expectAccessible(page);
  await page.getByLabel("Search conversations").fill("chess");
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(/q=chess/);
  await page.getByLabel("Search conversations").fill("nobody said this");
  await expect(page.getByRole("heading", { name: /No conversation has/ })).toBeVisible();
  await page.getByRole("link", { name: "Clear search" }).click();
  await expect(rows(page)).toHaveCount(3);

  await page.getByRole("link", { name: "When does the workshop open?" }).click();
  await expect(page.getByRole("heading", { name: "When does the workshop open?", level: 1 })).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(2);
  const first = page.getByRole("article", { name: "When does the workshop open?" });
  await expect(first).toContainText("The workshop opens at nine");
  await expect(first).toContainText(/Answered in \d/);
  await first.getByText("1 source").click();
  await expect(first.getByRole("listitem")).toHaveText("Hours › Opening hours");
  await expectAccessible(page);
  await db.query(
    "UPDATE prediction SET status = 'error', error_code = 'upstream_timeout' WHERE question = 'And when does it close?' AND chatflow_id = $1",
    [id],
  );
  await page.reload();
  const second = page.getByRole("article", { name: "And when does it close?" });
  await expect(second).toContainText(/Failed: the provider took too long, after \d/);
  const remove = page.getByRole("button", { name: "Delete the turn “And when does it close?”" });
  await remove.click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(remove).toBeFocused();
  await remove.click();
  await page.getByRole("button", { name: "Delete turn", exact: true }).click();
  await expect(page.getByRole("article")).toHaveCount(1);
  await expect(page.getByRole("main")).toBeFocused();

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByRole("heading", { name: "Conversations", level: 1 })).toBeVisible();
  await expect(rows(page)).toHaveCount(2);

  await page.getByRole("button", { name: "Forget a session ID" }).click();
  await page.getByRole("textbox", { name: "Session ID" }).fill("nobody");
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByText("There is no conversation with the session ID “nobody”.")).toBeVisible();
  await page.getByRole("textbox", { name: "Session ID" }).fill("carla");
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(rows(page)).toHaveCount(1);
  const left = await db.query("SELECT session_id FROM prediction WHERE chatflow_id = $1", [id]);
  expect(left.rows).toEqual([{ session_id: "boris" }]);
  await removeChatflow(db, id);
});

test("a question without words has a name wherever it is shown", async ({ operator: page, db }) => {
  const id = await makeChatflow(page, db, "Sees pictures");
  await call(page, id, "olga-1", "When does the workshop open?");
  // As a picture or a voice message leaves it.
  await db.query("UPDATE prediction SET question = '' WHERE chatflow_id = $1", [id]);
  await db.query(
    `INSERT INTO feedback (id, workspace_id, chatflow_id, prediction_id, rating, content, created_at, updated_at)
     SELECT gen_random_uuid(), workspace_id, chatflow_id, id, 'THUMBS_UP', '', now(), now() FROM prediction WHERE chatflow_id = $1`,
    [id],
  );
  await page.goto(`/chatflows/${id}/sharing/feedback`);
  await expect(page.getByRole("link", { name: "(no text)" })).toBeVisible();
  await page.goto(`/chatflows/${id}/sessions`);
  await page.getByRole("link", { name: "(no text)" }).click();
  await expect(page.getByRole("heading", { name: "(no text)", level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/^\(no text\)/);
  await expect(page.getByRole("article", { name: "(no text)" })).toContainText("The workshop opens at nine");
  await expect(page.getByRole("button", { name: "Delete the turn “(no text)”" })).toBeVisible();
  await expectAccessible(page);
  await removeChatflow(db, id);
});

test("retention says what it deletes before it does, and with nothing kept the page says so", async ({
  operator: page,
  db,
}) => {
  const id = await makeChatflow(page, db, "Forgets");
  await call(page, id, "old", "When does the workshop open?");
  await db.query("UPDATE prediction SET created_at = now() - interval '40 days' WHERE chatflow_id = $1", [id]);
  await call(page, id, "new", "When does the workshop close?");
  await page.goto(`/chatflows/${id}/sessions`);
  await expect(rows(page)).toHaveCount(2);
  const keep = page.getByLabel("Keep conversations");
  const warning = page.getByText("Saving deletes every turn older than 30 days. This cannot be undone.");
  await choose(keep, "30 days", warning);
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(keep).toHaveValue("30");

  await choose(keep, "Another number of days", page.getByLabel("Days", { exact: true }));
  await page.getByLabel("Days", { exact: true }).fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Give a whole number of days, from 1 to 3,650.")).toBeVisible();
  await page.getByLabel("Days", { exact: true }).fill("45");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);

  await keep.selectOption("Keep nothing");
  await expect(page.getByText(/cannot remember earlier turns/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Nothing is kept" })).toBeVisible();
  await call(page, id, "new", "When does the workshop close?");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Nothing is kept" })).toBeVisible();
  expect((await db.query("SELECT 1 FROM prediction WHERE chatflow_id = $1", [id])).rowCount).toBe(0);
  await removeChatflow(db, id);
});

test("a viewer sees no conversation, and long words do not widen a phone", async ({ operator: page, viewer, db }) => {
  const name = `Private ${"w".repeat(56)}`;
  const id = await makeChatflow(page, db, name);
  await call(page, id, "s".repeat(256), `${"w".repeat(300)} workshop open?`);
  await viewer.goto(`/chatflows/${id}`);
  await expect(viewer.getByRole("heading", { name, level: 1 })).toBeVisible();
  await expect(viewer.getByRole("link", { name: "Conversations", exact: true })).toHaveCount(0);
  await viewer.goto(`/chatflows/${id}/sessions`);
  await expect(viewer.getByRole("heading", { name: "Your role may not read conversations" })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/chatflows/${id}/sessions`);
  await expect(rows(page)).toHaveCount(1);
  expect(await fits(page)).toBe(true);
  const address = await rows(page).getByRole("link").getAttribute("href");
  await db.query(
    `WITH added AS (INSERT INTO api_key (id, workspace_id, name, name_key, last_four, created_at)
                    SELECT gen_random_uuid(), workspace_id, $2, $2, 'wwww', now() FROM chatflow WHERE id = $1 RETURNING id)
     UPDATE prediction SET credential_id = added.id FROM added WHERE chatflow_id = $1`,
    [id, "k".repeat(64)],
  );
  await page.goto(address as string);
  await expect(page.getByRole("article")).toHaveCount(1);
  expect(await fits(page)).toBe(true);
  expect((await viewer.goto(address as string))?.status()).toBe(200);
  await expect(viewer.getByRole("article")).toHaveCount(0);
  expect((await page.goto(`/chatflows/${id}/sessions/${id}`))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such conversation" })).toBeVisible();

  await page.goto(`/chatflows/${id}`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText(`Every call to “${name}” is refused`);
  expect(await page.getByRole("dialog").evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);

  await db.query("UPDATE chatflow SET is_public = false WHERE id = $1", [id]);
  expect((await page.request.post(`/api/v1/prediction/${id}`, { data: { question: "?" } })).status()).toBe(401);
  await page.setViewportSize({ width: 1280, height: 720 });
  const refused = page.getByRole("link", { name });
  await expect(async () => {
    await page.goto("/activity/refused-calls");
    await expect(refused).toBeVisible({ timeout: 1_000 });
  }).toPass();
  // Cut off at its column's end, and not drawn over the next one.
  expect(await refused.evaluate((link) => link.scrollWidth > link.clientWidth && link.clientWidth > 0)).toBe(true);
  await db.query("DELETE FROM api_key WHERE name = $1", ["k".repeat(64)]);
  await removeChatflow(db, id);
});
