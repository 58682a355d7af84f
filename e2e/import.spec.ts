import sdk from "flowise-sdk";
import { expectAccessible } from "./axe";
import { expect } from "./fixtures";
import { test } from "./flowise-page";
import { choose, rowOf, tokenField } from "./keys-page";

test("a Flowise server moves in: its clients change one base URL, and a token is renewed when it suits", async ({
  operator: page,
  baseURL,
  flowise,
  db,
}) => {
  const [ownKey] = flowise.apiKeys;
  const guarded = flowise.chatflows.find(({ name }) => name === "Guarded");
  const { apiKey: oldToken } = ownKey as { apiKey: string };
  const { id: chatflowId } = guarded as { id: string };

  await page.goto("/import");
  const look = page.getByRole("button", { name: "Look it over" });
  const apiKey = page.getByLabel("API key", { exact: true });
  await page.getByLabel("Address of your Flowise server").fill(flowise.url);
  await apiKey.fill("not-a-key-of-this-server");
  await look.click();
  await expect(page.getByRole("alert").filter({ hasText: "refused the API key" })).toBeVisible();
  await expect(apiKey).toBeFocused();
  await expect(page.getByLabel("Address of your Flowise server")).toHaveValue(flowise.url);
  await expectAccessible(page);

  await page.getByText("JSON files", { exact: true }).first().click();
  const nonsense = { name: "keys.json", mimeType: "application/json", buffer: Buffer.from("{nonsense") };
  await page.locator('input[type="file"]').setInputFiles(nonsense);
  await look.click();
  await expect(page.getByRole("alert").filter({ hasText: "This file is no JSON." })).toBeVisible();
  await page.getByText("Flowise server", { exact: true }).first().click();

  await apiKey.fill(oldToken);
  await look.click();
  await expect(rowOf(page, "Support")).toContainText("Closed");
  await expect(rowOf(page, "Guarded")).toContainText("Key: Flowlatch");
  await page.getByLabel("Let anybody call Support").check();
  await expect(rowOf(page, "Support")).toContainText("Public");
  await page.getByLabel("Import the chatflow Research").uncheck();
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Import 2 keys and 2 chatflows" }).click();
  await expect(page.getByText("2 keys and 2 chatflows were imported")).toBeVisible();
  await expectAccessible(page);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 720 });
  expect(await page.content()).not.toContain(oldToken);

  const ask = async (token: string) => {
    const client = new sdk.FlowiseClient({ baseUrl: baseURL as string, apiKey: token });
    return (await client.createPrediction({ chatflowId, question: "Hello?" })) as { text?: string; code?: string };
  };
  expect((await ask(oldToken)).text).toBe("Hello there.");

  await page.goto("/keys?attention=imported");
  await expect(rowOf(page, "Flowlatch")).toContainText(`…${oldToken.slice(-4)}`);
  await expect(rowOf(page, "Flowlatch")).not.toContainText("flk_");
  await page.getByRole("link", { name: "Flowlatch", exact: true }).click();
  await expect(
    page.getByText("Imported from Flowise. Regenerate it to get a token that scanners recognise."),
  ).toBeVisible();
  await page.goto("/keys");
  await choose(page, "Flowlatch", "Regenerate");
  await page.getByRole("button", { name: "Regenerate", exact: true }).click();
  const renewed = await tokenField(page).inputValue();
  expect((await ask(renewed)).text).toBe("Hello there.");
  expect((await ask(oldToken)).code).toBe("invalid_token");
  expect((await db.query("SELECT 1 FROM api_key WHERE token_source IS NOT NULL")).rowCount).toBe(1);
});
