import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { APIRequestContext, Page } from "@playwright/test";
import pkg from "flowise-sdk";
import { dataDirectory, expect, test } from "./fixtures";

const run = promisify(execFile);
const { FlowiseClient } = pkg;

async function guideId(page: Page): Promise<string> {
  await page.goto("/chatflows");
  await page.getByRole("link", { name: "Flowlatch guide" }).click();
  await expect(page.getByRole("heading", { name: "Flowlatch guide", level: 1 })).toBeVisible();
  return new URL(page.url()).pathname.split("/").at(-1) as string;
}

async function ask(request: APIRequestContext, id: string, token?: string) {
  return await request.post(`/api/v1/prediction/${id}`, {
    data: { question: "How do I regenerate a key?" },
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  });
}

/** Reads the token out of the one dialog that ever shows it, and closes that. */
async function takeToken(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog").filter({ has: page.getByLabel("API key", { exact: true }) });
  const token = await dialog.getByLabel("API key", { exact: true }).inputValue();
  expect(token).toMatch(/^flk_[0-9A-Za-z]{49}$/);
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return token;
}

async function chooseInMenu(page: Page, key: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${key}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("a key guards a chatflow from its creation to its deletion", async ({ operator: page, request }) => {
  test.setTimeout(120_000);
  const name = `Website backend ${Date.now()}`;
  await page.goto("/keys");
  await page.getByRole("button", { name: "Create key" }).first().click();
  await page.getByLabel("Key name").fill(name);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  const token = await takeToken(page);

  const id = await guideId(page);
  expect((await ask(request, id, token)).status(), "a new chatflow is closed").toBe(403);
  await page.getByRole("button", { name: "API code" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Authorization" }).click();
  await page.keyboard.type(name);
  await page.getByRole("option", { name }).click();
  await expect(dialog.getByRole("tabpanel", { name: "cURL" })).toContainText(
    "Authorization: Bearer $FLOWLATCH_API_KEY",
  );
  await expect.poll(async () => (await ask(request, id, token)).status()).toBe(200);

  // The sample, as copied, in a shell.
  await dialog.getByRole("button", { name: /^Copy/ }).click();
  const sample = await page.evaluate(() => navigator.clipboard.readText());
  const env = { ...process.env, FLOWLATCH_API_KEY: token };
  const { stdout } = await run("bash", ["-c", sample], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    text: expect.stringContaining("key"),
    sourceDocuments: expect.anything(),
  });
  expect(sample).not.toContain(token);
  await page.keyboard.press("Escape");

  const refused = await ask(request, id);
  expect(refused.status()).toBe(401);
  expect(refused.headers()["www-authenticate"]).toBe('Bearer realm="flowlatch"');
  expect((await ask(request, id, `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`)).status()).toBe(401);

  await page.goto("/keys");
  await chooseInMenu(page, name, "Regenerate");
  await expect(page.getByRole("dialog")).toContainText("Flowlatch guide");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Regenerate/ })
    .click();
  const second = await takeToken(page);
  expect(second).not.toBe(token);
  expect((await ask(request, id, token)).status()).toBe(401);
  expect((await ask(request, id, second)).status()).toBe(200);

  await chooseInMenu(page, name, "Delete");
  await expect(page.getByRole("dialog")).toContainText("Flowlatch guide");
  await page.getByRole("dialog").getByRole("textbox").fill(name);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Delete/ })
    .click();
  await expect(page.getByRole("button", { name: `Actions for ${name}` })).toBeHidden();
  expect((await ask(request, id, second)).status()).toBe(401);
  await page.goto(`/chatflows/${id}`);
  await expect(page.getByText("Closed", { exact: true }).first()).toBeVisible();
});

test("flowise-sdk from npm talks to the running server unmodified, streaming and not", async ({ db, baseURL }) => {
  const { stdout } = await run(
    "npm",
    ["run", "-s", "flowlatch", "--", "key", "create", "--name", "SDK", "--chatflow", "Flowlatch guide", "--json"],
    {
      env: { ...process.env, FLOWLATCH_DATA_DIR: dataDirectory() },
    },
  );
  const { token } = JSON.parse(stdout) as { token: string };
  const { rows } = await db.query("SELECT id FROM chatflow WHERE name = 'Flowlatch guide'");
  const chatflowId = rows[0]?.id as string;
  const client = new FlowiseClient({ baseUrl: baseURL as string, apiKey: token });
  const question = "How do I regenerate a key?";
  const answer = await client.createPrediction({ chatflowId, question });
  expect(answer).toMatchObject({ question, text: expect.stringContaining("egenerate") });

  let streamed = "";
  const events: string[] = [];
  for await (const { event, data } of await client.createPrediction({ chatflowId, question, streaming: true })) {
    events.push(event);
    if (event === "token") streamed += data;
  }
  expect(streamed).toBe((answer as { text: string }).text);
  expect(events.at(0)).toBe("start");
  expect(events.at(-1)).toBe("end");
});
