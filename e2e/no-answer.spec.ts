import type { Page } from "@playwright/test";
import type { Pool } from "pg";
import { expectAccessible } from "./axe";
import { expect } from "./fixtures";
import { isAction, loseAnswers } from "./lost-answers";
import { ask, button, makeChatflow, nameField, openChatflow, prompt, test } from "./model-page";

const updated = "Flowlatch was updated meanwhile. Copy what you typed, then load the page again.";
const isCode = /\/_next\/static\/.*\.js/;

async function savedPrompt(db: Pool, id: string): Promise<string> {
  return (await db.query("SELECT engine->>'systemPrompt' AS text FROM chatflow WHERE id = $1", [id])).rows[0].text;
}

/** As after an update: the server knows none of the server actions that the page has. */
async function renameActions(page: Page): Promise<void> {
  await page.route(isAction, (route) => {
    const { "next-action": action, ...headers } = route.request().headers();
    if (!action) return route.fallback();
    return route.continue({ headers: { ...headers, "next-action": `00${"ab".repeat(20)}` } });
  });
}

/** Presses a button while no code comes: that is told, by the browser where the toasts' code is missing too. */
async function pressInVain(page: Page, name: string): Promise<void> {
  await page.route(isCode, (route) => route.abort());
  const told = page.waitForEvent("dialog");
  button(page, name)
    .click({ noWaitAfter: true })
    .catch(() => {});
  const dialog = await told;
  expect(dialog.message()).toMatch(/^That could not be opened.\n.*load the page again\.$/);
  await dialog.accept();
  await page.unrouteAll({ behavior: "wait" });
}

/** Code that holds this text does not come. */
async function keepCodeBack(page: Page, text: string): Promise<void> {
  await page.route(isCode, async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes(text)) await route.abort();
    else await route.fulfill({ response });
  });
}

test("after an update a page that was loaded before says so and keeps what was typed", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Outlives a build");
  await openChatflow(page, id, "Outlives a build");
  await prompt(page).fill("Typed before the update.");
  await renameActions(page);
  await button(page, "Save").click();
  await expect(page.getByText(updated)).toBeVisible();
  await expect(prompt(page)).toHaveValue("Typed before the update.");
  await expectAccessible(page);

  await button(page, "Delete").click();
  const dialog = page.getByRole("dialog", { name: "Delete chatflow" });
  await dialog.getByRole("textbox").fill("Outlives a build");
  await button(page, "Delete chatflow").click();
  await expect(dialog.getByText(updated)).toBeVisible();
  await button(page, "Cancel").click();

  await button(page, "API code").click();
  await page.getByRole("combobox", { name: "Authorization" }).click();
  await page.getByRole("option", { name: "No authorization (public)" }).click();
  await button(page, "Make public").click();
  await expect(page.getByRole("dialog").getByText(updated)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const asked = page.waitForEvent("dialog");
  // Held up by the question.
  button(page, "Load the page again")
    .click({ noWaitAfter: true })
    .catch(() => {});
  await (await asked).accept();
  await expect(prompt(page)).toHaveValue("");

  await page.goto("/chatflows");
  await button(page, "New chatflow").click();
  await page.getByLabel("Name", { exact: true }).fill("Never made");
  await button(page, "Create").click();
  await expect(page.getByRole("dialog").getByText(updated)).toBeVisible();
  await expect(button(page, "Load the page again")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Never made");
});

test("what is typed while a save is under way stays, and is yet to be saved", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Typed on");
  await openChatflow(page, id, "Typed on");
  const released = Promise.withResolvers<void>();
  await page.route(isAction, async (route) => {
    if (route.request().headers()["next-action"]) await released.promise;
    await route.fallback();
  });
  await prompt(page).fill("Be kind.");
  const sent = page.waitForRequest((request) => "next-action" in request.headers());
  await button(page, "Save").click();
  await sent;
  await prompt(page).pressSequentially(" Be brief.");
  released.resolve();
  await expect(page.getByText("Settings saved")).toBeVisible();
  await expect(prompt(page)).toHaveValue("Be kind. Be brief.");
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await button(page, "Save").click();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);
  await expect.poll(() => savedPrompt(db, id)).toBe("Be kind. Be brief.");
});

test("a save whose answer was lost is claimed to be neither saved nor somebody else's", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Lost answers");
  const saved = () => savedPrompt(db, id);
  await openChatflow(page, id, "Lost answers");
  const saveUnanswered = async (text: string) => {
    await loseAnswers(page);
    await prompt(page).fill(text);
    await button(page, "Save").click();
    await expect(page.getByText("Nothing is known to be saved: save again to be sure.")).toBeVisible();
    expect(await saved()).toBe(text);
    await page.unrouteAll({ behavior: "wait" });
  };

  await saveUnanswered("First.");
  await button(page, "Save").click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);

  await saveUnanswered("Second.");
  await prompt(page).fill("Second. And more.");
  await button(page, "Save").click();
  await expect.poll(saved).toBe("Second. And more.");
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);
  await expect(page.getByText("Somebody else saved")).toHaveCount(0);
  await expect(prompt(page)).toHaveValue("Second. And more.");

  await saveUnanswered("Third.");
  await db.query("UPDATE chatflow SET name = 'Theirs', version = version + 1 WHERE id = $1", [id]);
  await prompt(page).fill("Fourth.");
  await button(page, "Save").click();
  await expect(page.getByText("Somebody else saved this chatflow meanwhile")).toBeVisible();

  await button(page, "Delete").click();
  const dialog = page.getByRole("dialog", { name: "Delete chatflow" });
  await dialog.getByRole("textbox").fill("Theirs");
  await loseAnswers(page);
  await button(page, "Delete chatflow").click();
  await expect(dialog.getByText("No answer came. If the chatflow is still there, delete it again")).toBeVisible();
  expect((await db.query("SELECT 1 FROM chatflow WHERE id = $1", [id])).rowCount).toBe(0);
});

test("a part whose code does not come takes nothing along, and comes when it is tried again", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Parts");
  await openChatflow(page, id, "Parts");
  await prompt(page).fill("Not saved yet.");
  const stays = () => expect(prompt(page)).toHaveValue("Not saved yet.");
  for (const [opener, dialog] of [
    ["Add documents", "Add documents"],
    ["API code", "API code"],
  ] as const) {
    await pressInVain(page, opener);
    await stays();
    await button(page, opener).click();
    await expect(page.getByRole("dialog", { name: dialog })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await stays();
  }

  // What the chat answers is read all the same.
  await keepCodeBack(page, "unwrapDisallowed");
  await expect(await ask(page, "Hello?")).toContainText("Hello there.");
  await page.unrouteAll({ behavior: "wait" });
  await page.route(isCode, (route) => route.abort());
  await page.getByLabel("Engine").selectOption("Flowise flow");
  await expect(page.getByText("This part is missing.")).toBeVisible();
  // Not while it tries by itself.
  await expect(button(page, "Try again")).toBeEnabled();
  await expectAccessible(page);
  await nameField(page).fill("Parts, renamed");
  await page.unrouteAll({ behavior: "wait" });
  await button(page, "Try again").click();
  await expect(page.getByText("This part is missing.")).toHaveCount(0);
  await expect(page.getByRole("combobox", { name: "Flow" })).toBeVisible();
  await expect(nameField(page)).toHaveValue("Parts, renamed");
  await page.getByLabel("Engine").selectOption("Language model");
  await stays();
});

test("where files cannot be dropped for now a text is kept, and a list outlives its dialog's code", async ({
  operator: page,
}) => {
  await page.goto("/chatflows");
  await pressInVain(page, "New chatflow");
  await keepCodeBack(page, "Or drop ");
  await button(page, "New chatflow").click();
  await page.getByLabel("Name", { exact: true }).fill("Typed");
  await expect(page.getByText("This part is missing.")).toBeVisible();
  await expect(button(page, "Try again")).toBeEnabled();
  await page.unrouteAll({ behavior: "wait" });
  await button(page, "Try again").click();
  await expect(page.getByText("Or drop them here")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Typed");
  await page.keyboard.press("Escape");
  await expect(button(page, "New chatflow")).toBeFocused();
});
