import type { Page } from "@playwright/test";
import pkg from "flowise-sdk";
import { expectAccessible } from "./axe";
import { expect } from "./fixtures";
import { type FlowiseServer, test } from "./flowise-page";

const { FlowiseClient } = pkg;

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const flowField = (page: Page) => page.getByRole("combobox", { name: "Flow", exact: true });

async function connectServer(page: Page, flowise: FlowiseServer): Promise<void> {
  await page.goto("/settings/providers");
  await button(page, "Add provider").click();
  await page.getByLabel("Kind").selectOption("Flowise");
  await page.getByLabel("Name").fill("Our Flowise");
  await page.getByLabel("Base URL").fill(flowise.url);
  const key = page.getByLabel("API key", { exact: true });
  await key.fill("no-such-key");
  await button(page, "Test connection").click();
  await expect(page.getByText(/refused the API key \(401\)/)).toBeVisible();
  await key.fill(flowise.apiKeys[0]?.apiKey ?? "");
  await button(page, "Test connection").click();
  await expect(page.getByText("The provider offers 3 flows.")).toBeVisible();
  await button(page, "Save").click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("row", { name: /Our Flowise/ })).toContainText("Set");
}

/** @returns the chatflow's id */
async function makeChatflow(page: Page): Promise<string> {
  await page.goto("/chatflows");
  await button(page, "New chatflow").click();
  await page.getByLabel("Name").fill("Gateway");
  await page.getByRole("radio", { name: "Flowise flow" }).check();
  await expect(page.getByLabel("Flowise server")).toHaveValue(/./);
  await button(page, "Create").click();
  await expect(page.getByText("Choose a flow.")).toBeVisible();
  await flowField(page).click();
  await page.getByRole("option", { name: "Guarded", exact: true }).click();
  await expectAccessible(page);
  await button(page, "Create").click();
  await expect(page.getByRole("heading", { name: "Gateway", level: 1 })).toBeVisible();
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

async function tokenOfNewKey(page: Page): Promise<string> {
  await button(page, "API code").click();
  const dialog = page.getByRole("dialog", { name: "API code" });
  await page.getByRole("combobox", { name: "Authorization" }).click();
  await page.getByRole("option", { name: "Create key…" }).click();
  await dialog.getByLabel("Key name").fill("Gateway");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  const token = dialog.getByLabel("API key", { exact: true });
  await expect(token).toHaveValue(/^flk_/);
  return await token.inputValue();
}

test("a flow of a connected Flowise server is guarded by a key of ours, and flowise-sdk streams from it", async ({
  operator,
  baseURL,
  flowise,
}) => {
  await connectServer(operator, flowise);
  const chatflowId = await makeChatflow(operator);

  // Memory is Flowise's: the panel is one conversation there.
  const ask = async (question: string, answer: string) => {
    await operator.getByLabel("Question", { exact: true }).fill(question);
    await operator.keyboard.press("Enter");
    await expect(operator.getByRole("article", { name: question, exact: true })).toContainText(answer);
  };
  await ask("My name is Ada.", "Hello there.");
  await ask("What did I say?", "My name is Ada.");

  // A flow by its id alone, and settings that last.
  const unlisted = "aaaa1111-2222-4333-8444-555566667777";
  await flowField(operator).fill(unlisted);
  await operator.getByRole("option", { name: unlisted }).click();
  await operator.getByLabel("First token within").fill("1");
  await ask("Anybody there?", "The flow did not begin to answer within 1 second.");
  await button(operator, "Discard").click();
  await expect(flowField(operator)).toHaveValue("Guarded");
  await operator.getByRole("switch", { name: "Overrides" }).check();
  await expectAccessible(operator);
  await button(operator, "Save").click();
  await expect(operator.getByText("Settings saved")).toBeVisible();
  await operator.reload();
  await expect(operator.getByRole("switch", { name: "Overrides" })).toBeChecked();

  const token = await tokenOfNewKey(operator);
  flowise.reset();
  const client = new FlowiseClient({ baseUrl: baseURL ?? "", apiKey: token });
  const question = { chatflowId, question: "Hi?", overrideConfig: { temperature: 0 } };
  const events = [];
  for await (const event of await client.createPrediction({ ...question, streaming: true })) events.push(event);
  expect(events.map(({ event }) => event)).toEqual(["start", "token", "token", "metadata", "end"]);
  expect(await client.createPrediction(question)).toMatchObject({ text: "Hello there." });
  expect(flowise.received[0]?.body.overrideConfig).toMatchObject({ temperature: 0 });
  expect(flowise.received[0]?.headers.authorization).toBe(`Bearer ${flowise.apiKeys[0]?.apiKey}`);

  const stranger = new FlowiseClient({ baseUrl: baseURL ?? "" });
  const streamed = async (caller: typeof client) =>
    (await Array.fromAsync(await caller.createPrediction({ ...question, streaming: true }))).length;
  await expect(streamed(stranger)).rejects.toThrow("401");
  const refused = await fetch(`${baseURL}/api/v1/prediction/${chatflowId}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${flowise.apiKeys[0]?.apiKey}`, "Content-Type": "application/json" },
    body: JSON.stringify({ question: "Hi?" }),
  });
  expect(refused.status).toBe(401);
  expect(flowise.received).toHaveLength(2);

  const say = (text: string, sessionId: string) =>
    client.createPrediction({ chatflowId, question: text, overrideConfig: { sessionId } });
  await say("My name is Grace.", "customer 7");
  expect(await say("What did I say?", "customer 7")).toMatchObject({ text: "My name is Grace." });
  expect(await say("What did I say?", "customer 8")).toMatchObject({ text: "Nothing." });

  const authorize = async (option: string, confirm?: string) => {
    await operator.getByRole("combobox", { name: "Authorization" }).click();
    await operator.getByRole("option", { name: option }).click();
    if (confirm) await button(operator, confirm).click();
  };
  await authorize("No authorization (public)", "Make public");
  await expect.poll(() => streamed(stranger).catch(() => 0)).toBe(5);
  await authorize("Close chatflow");
  await expect.poll(() => streamed(client).catch(String)).toContain("403");
});
