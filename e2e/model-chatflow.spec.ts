import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { never } from "../lib/testing/provider-server";
import { expectAccessible } from "./axe";
import { expect } from "./fixtures";
import {
  ask,
  button,
  exchangeOf,
  headingOf,
  lastSystem,
  makeChatflow,
  modelField,
  openChatflow,
  prompt,
  send,
  test,
} from "./model-page";

test("from nothing to a guarded, streaming chatflow, as the guide has it", async ({ operator: page, provider }) => {
  await page.goto("/chatflows");
  await button(page, "New chatflow").click();
  await page.getByLabel("Language model").check();
  await expect(page.getByText("There is none yet")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Add provider" }).click();
  await expect(headingOf(page, "Providers")).toBeVisible();
  await button(page, "Add provider").click();
  await page.getByLabel("Name").fill("Local models");
  await page.getByLabel("Kind").selectOption("OpenAI-compatible");
  await page.getByLabel("Base URL").fill(`${provider.url}/v1`);
  await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.getByRole("link", { name: "Chatflows", exact: true }).click();
  await button(page, "New chatflow").click();
  await page.getByLabel("Name", { exact: true }).fill("Workshop assistant");
  await page.getByLabel("Language model").check();
  await expect(page.getByLabel("Provider")).toHaveValue(/.+/);
  await modelField(page).click();
  await expect(page.getByRole("listbox").getByRole("option")).toHaveText(["test-large", "test-small"]);
  await page.getByRole("option", { name: "test-small" }).click();
  await prompt(page).fill("You are the assistant of a bicycle workshop.");
  await expectAccessible(page);
  await button(page, "Create").click();
  await expect(headingOf(page, "Workshop assistant")).toBeVisible();

  const second = Promise.withResolvers<void>();
  provider.reply({ steps: ["We open", second.promise, " at **nine**."] });
  const answer = await send(page, "When do you open?");
  await expect(answer).toContainText("We open");
  await expect(page.getByRole("log")).toHaveAttribute("aria-busy", "true");
  second.resolve();
  await expect(answer.locator("strong")).toHaveText("nine");
  await expect(answer).toContainText(/First token \d.* · Total \d.* · 11 tokens in, 2 out/);
  expect(provider.received[0]?.prompt).toMatchObject({
    model: "test-small",
    system: "You are the assistant of a bicycle workshop.",
  });

  await button(page, "API code").click();
  const dialog = page.getByRole("dialog", { name: "API code" });
  await page.getByRole("combobox", { name: "Authorization" }).click();
  await page.getByRole("option", { name: "Create key…" }).click();
  await dialog.getByLabel("Key name").fill(`Website ${randomUUID().slice(0, 8)}`);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveValue(/^flk_/);
  await dialog.getByRole("switch", { name: "Streaming" }).check();
  const sample = dialog.getByRole("region", { name: "cURL sample" });
  await expect(sample).toContainText('"streaming":true');
  const curl = (await sample.locator("pre").textContent()) ?? "";
  const { stdout } = await promisify(execFile)("sh", ["-c", curl]);
  const events = [...stdout.matchAll(/^data:(.*)$/gm)].map(([, json = ""]) => JSON.parse(json));
  expect(events.map(({ event }) => event)).toEqual(["start", "token", "token", "metadata", "end"]);
  const withoutKey = curl.replace(/flk_\w+/, `flk_${"0".repeat(49)}`);
  await expect(promisify(execFile)("sh", ["-c", withoutKey])).rejects.toThrow();
  expect(provider.received).toHaveLength(2);
});

test("the panel answers with what is not saved yet, and a reload keeps what is", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Edited", { systemPrompt: "Be brief." });
  await openChatflow(page, id, "Edited");
  await ask(page, "Hello?");
  expect(lastSystem(provider)).toBe("Be brief.");
  await prompt(page).fill("Greet {{customer}}.");
  await expect(page.getByText("Unsaved version")).toBeVisible();
  await ask(page, "Hello again?");
  expect(lastSystem(provider)).toBe("Greet {{customer}}.");
  expect(provider.received.at(-1)?.prompt.messages.map(({ text }) => text)).toEqual([
    "Hello?",
    "Hello there.",
    "Hello again?",
  ]);

  await button(page, "Declare it: customer").click();
  await expect(page.getByRole("textbox", { name: "Default" })).toBeFocused();
  await page.keyboard.type("the customer");
  await expect(button(page, "Declare it: customer")).toHaveCount(0);
  await button(page, "New conversation").click();
  await ask(page, "And now?");
  expect(lastSystem(provider)).toBe("Greet the customer.");
  await page.getByText("Variables of this conversation").click();
  await page.getByLabel("customer", { exact: true }).fill("Ada");
  await ask(page, "And for Ada?");
  expect(lastSystem(provider)).toBe("Greet Ada.");

  await button(page, "Save").click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  await expect(page.getByText("Unsaved version")).toHaveCount(0);
  await prompt(page).fill("Given up.");
  await button(page, "Discard").click();
  await expect(prompt(page)).toHaveValue("Greet {{customer}}.");
  await page.reload();
  await expect(prompt(page)).toHaveValue("Greet {{customer}}.");
  await expect(page.getByRole("textbox", { name: "Default" })).toHaveValue("the customer");
});

test("stopping is seen by the provider, by the button and by Escape", async ({ operator: page, db, provider }) => {
  const id = await makeChatflow(db, provider, "Stopped");
  await openChatflow(page, id, "Stopped");
  for (const [index, stop] of [
    () => button(page, "Stop").click(),
    () => page.getByLabel("Question", { exact: true }).press("Escape"),
  ].entries()) {
    provider.reply({ steps: ["Once upon a time", never] });
    const answer = await send(page, `Tell me story ${index}`);
    await expect(answer).toContainText("Once upon a time");
    await stop();
    await expect(answer).toContainText("Stopped.");
    await expect.poll(() => provider.received[index]?.hungUpAt ?? null).not.toBeNull();
  }
});

test("a provider that fails is told in a sentence, and asked once more on request", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Fails");
  await openChatflow(page, id, "Fails");
  provider.reply({ status: 401, body: { error: { message: "Incorrect API key provided: sk-secret" } } });
  const answer = await ask(page, "Hello?");
  await expect(answer.getByRole("button", { name: "Try again" })).toBeVisible();
  await expect(page.locator("body")).not.toContainText("sk-secret");
  await answer.getByRole("button", { name: "Try again" }).click();
  await expect(exchangeOf(page, "Hello?")).toContainText("Hello there.");
  await expect(page.getByRole("article")).toHaveCount(1);
});

test("Markdown of a model is drawn without markup of its own, and loads nothing", async ({
  operator: page,
  db,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Draws");
  await openChatflow(page, id, "Draws");
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("elsewhere.example")) foreign.push(request.url());
  });
  provider.reply({
    steps: [
      '<img src=x onerror="document.title=1"> [link](https://elsewhere.example/a) ',
      "[bad](javascript:alert(1)) ![picture](https://elsewhere.example/b.png)",
    ],
  });
  const answer = await ask(page, "Draw");
  const link = answer.getByRole("link");
  await expect(link).toHaveCount(1);
  await expect(link).toHaveAttribute("rel", "noopener noreferrer");
  await expect(link).toHaveAttribute("target", "_blank");
  await expect(answer.locator("img")).toHaveCount(0);
  await expect(answer).toContainText('<img src=x onerror="document.title=1">');
  await expect(page).toHaveTitle("Draws · Flowlatch");
  expect(foreign).toEqual([]);
});

test("images go along where the chatflow takes them", async ({ operator: page, db, provider }) => {
  const id = await makeChatflow(db, provider, "Sees");
  await openChatflow(page, id, "Sees");
  await expect(button(page, "Attach images")).toHaveCount(0);
  await page.getByRole("switch", { name: "Take images" }).check();
  const dot = "R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
  const files = page.getByLabel("Image files");
  await files.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") });
  await expect(page.getByText("“notes.txt” is not a PNG, JPEG, WebP or GIF image.")).toBeVisible();
  await files.setInputFiles({ name: "dot.gif", mimeType: "image/gif", buffer: Buffer.from(dot, "base64") });
  await expect(button(page, "Take away dot.gif")).toBeVisible();
  const answer = await ask(page, "What is this?");
  await expect(answer.getByRole("img", { name: "dot.gif" })).toBeVisible();
  await expect(answer).toContainText("Hello there.");
  const images = [`data:image/gif;base64,${dot}`];
  expect(provider.received[0]?.prompt.messages[0]?.images).toEqual(images);
  // Without words as well.
  await files.setInputFiles({ name: "dot.gif", mimeType: "image/gif", buffer: Buffer.from(dot, "base64") });
  await button(page, "Send").click();
  await expect(exchangeOf(page, "(no text)")).toContainText("Hello there.");
  await expect(exchangeOf(page, "(no text)").getByRole("img", { name: "dot.gif" })).toBeVisible();
  expect(provider.received[1]?.prompt.messages.at(-1)).toEqual({ role: "user", text: "", images });
});

test("an edited engine is tried by editors, from the dashboard's own pages", async ({
  operator: page,
  viewer,
  browser,
  db,
  baseURL,
  provider,
}) => {
  const id = await makeChatflow(db, provider, "Asked", { systemPrompt: "Be brief." });
  const stranger = await browser.newContext({ baseURL: baseURL as string });
  const { rows } = await db.query("SELECT engine FROM chatflow WHERE id = $1", [id]);
  const engine = { ...rows[0].engine, systemPrompt: "Be kind." };
  const attempt = async (from: Page | typeof stranger, part: object = {}, origin = baseURL as string) =>
    await from.request.post(`/chatflows/${id}/try`, { headers: { origin }, data: { question: "Hello?", ...part } });
  expect((await attempt(stranger)).status()).toBe(401);
  expect((await attempt(page, { engine }, "https://elsewhere.example")).status()).toBe(403);
  expect((await attempt(viewer, { engine })).status()).toBe(403);
  const wrong = await attempt(page, { engine: { ...engine, temperature: 3 } });
  expect([wrong.status(), (await wrong.json()).field]).toEqual([422, "engine.temperature"]);
  expect(provider.received).toEqual([]);
  expect((await attempt(viewer)).status()).toBe(200);
  expect(lastSystem(provider)).toBe("Be brief.");
  expect((await attempt(page, { engine })).status()).toBe(200);
  expect(lastSystem(provider)).toBe("Be kind.");
  expect((await db.query("SELECT 1 FROM prediction WHERE chatflow_id = $1", [id])).rowCount).toBe(0);
  expect((await viewer.request.get(`/chatflows/providers/${engine.providerId}/models`)).status()).toBe(403);
  await viewer.goto(`/chatflows/${id}`);
  await expect(prompt(viewer)).toHaveAttribute("readonly", "");
  await expect(viewer.getByLabel("Provider")).toBeDisabled();
  await expect(viewer.getByRole("button", { name: /^(?:Save|Discard|Add variable|Delete)$/ })).toHaveCount(0);
  await stranger.close();
});
