import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect } from "./fixtures";
import { ask, button, headingOf, makeChatflow, modelField, nameField, openChatflow, prompt, test } from "./model-page";

test("what is wrong is said beside its field, when saving and when trying", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Wrong");
  await openChatflow(page, id, "Wrong");
  await modelField(page).fill("");
  await page.getByLabel("Temperature").fill("3");
  await button(page, "Add variable").click();
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByLabel("Whole answer within").fill("10");
  const answer = await ask(page, "Hello?");
  await expect(answer).toContainText("Choose a model. Correct the settings, then try again.");
  expect(provider.received).toEqual([]);
  await button(page, "Save").click();
  for (const sentence of [
    "Choose a model.",
    "A variable needs a name.",
    "Temperature must be a number from 0 to 2, or empty for the provider’s own default.",
    "The time limit for the first token cannot be longer than the one for the whole answer.",
  ]) {
    await expect(page.getByRole("form", { name: "Settings" }).getByText(sentence, { exact: true })).toBeVisible();
  }
  await expect(modelField(page)).toBeFocused();
  await expectAccessible(page);
  await db.query("UPDATE provider SET base_url = $1", [`${provider.url}/nothing/here`]);
  await button(page, "Discard").click();
  await page.reload();
  await modelField(page).click();
  await expect(page.getByText("You can type the model’s name all the same.")).toBeVisible();
  await modelField(page).fill("typed-by-hand");
  await button(page, "Save").click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  const { rows } = await db.query("SELECT engine->>'model' AS model FROM chatflow WHERE id = $1", [id]);
  expect(rows).toEqual([{ model: "typed-by-hand" }]);
});

test("of two tabs that save, the second may take the first's version or save over it", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Twice", { systemPrompt: "Zero." });
  const other = await page.context().newPage();
  await openChatflow(page, id, "Twice");
  await openChatflow(other, id, "Twice");
  const savedPrompt = async () =>
    (await db.query("SELECT engine->>'systemPrompt' AS text FROM chatflow WHERE id = $1", [id])).rows[0]?.text;
  const save = async (tab: Page, text: string) => {
    await prompt(tab).fill(text);
    await button(tab, "Save").click();
  };
  await save(page, "First.");
  await expect.poll(savedPrompt).toBe("First.");
  await save(other, "Second.");
  await expect(other.getByText("They changed: System prompt.")).toBeVisible();
  await expect(prompt(other)).toHaveValue("Second.");
  await button(other, "Save mine over it").click();
  await expect.poll(savedPrompt).toBe("Second.");
  await expect(other.getByText("Somebody else saved")).toHaveCount(0);

  await save(page, "Third.");
  await button(page, "Reload their version").click();
  await expect(prompt(page)).toHaveValue("Second.");
  expect(await savedPrompt()).toBe("Second.");
});

test("a page with unsaved changes is not left by accident", async ({ operator: page, db, provider }) => {
  const id = await makeChatflow(db, provider, "Guarded");
  await page.goto("/chatflows");
  await page.getByRole("link", { name: "Guarded" }).click();
  await prompt(page).fill("Not saved.");
  const question = page.getByRole("dialog", { name: "Leave without saving?" });

  await page.getByRole("link", { name: "API keys", exact: true }).click();
  await question.getByRole("button", { name: "Stay" }).click();
  await expect(prompt(page)).toHaveValue("Not saved.");
  await page.evaluate(() => history.back());
  await expect(question).toBeVisible();
  await question.getByRole("button", { name: "Stay" }).click();
  await expect(prompt(page)).toHaveValue("Not saved.");

  const asked = page.waitForEvent("dialog");
  await page.evaluate(() => void setTimeout(() => location.reload()));
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await expect(prompt(page)).toHaveValue("Not saved.");

  await page.getByRole("button", { name: /Account menu/ }).click();
  await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  await question.getByRole("button", { name: "Stay" }).click();
  await expect(prompt(page)).toHaveValue("Not saved.");

  await page.getByRole("link", { name: "API keys", exact: true }).click();
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(headingOf(page, "API keys")).toBeVisible();
  await openChatflow(page, id, "Guarded");
  await page.getByRole("link", { name: "Conversations", exact: true }).click();
  await expect(headingOf(page, "Conversations")).toBeVisible();
});

test("a chatflow on documents becomes one on a model", async ({ operator: page, db, provider }) => {
  const id = await makeChatflow(db, provider, "Becomes a model");
  await db.query('UPDATE chatflow SET engine = \'{"kind":"knowledge","memoryTurns":3}\' WHERE id = $1', [id]);
  await page.goto(`/chatflows/${id}`);
  await expect(headingOf(page, "Becomes a model")).toBeVisible();
  await expect(prompt(page)).toHaveCount(0);
  await page.getByLabel("Engine").selectOption("Language model");
  await page.getByLabel("Provider").selectOption("Provider of Becomes a model");
  await modelField(page).fill("test-large");
  await page.keyboard.press("Escape");
  await expect(await ask(page, "Hello?")).toContainText("Hello there.");
  await button(page, "Save").click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  await page.reload();
  await expect(modelField(page)).toHaveValue("test-large");
});

test("the editor is accessible in light and dark, and fits a phone", async ({ operator: page, db, provider }) => {
  const id = await makeChatflow(db, provider, "Fits", {
    systemPrompt: `Greet {{customer}} ${"x".repeat(200)} {{${"n".repeat(60)}}}`,
    variables: [{ name: "customer", default: "you" }],
    allowImages: true,
  });
  await openChatflow(page, id, "Fits");
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByText("Variables of this conversation").click();
  await ask(page, "Hello?");
  await db.query("UPDATE chatflow SET version = version + 1 WHERE id = $1", [id]);
  await page.getByLabel("Temperature").fill("1");
  await button(page, "Save").click();
  await expect(button(page, "Save mine over it")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await nameField(page).scrollIntoViewIfNeeded();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
