import type { Page } from "@playwright/test";
import type { Pool } from "pg";
import { expect } from "./fixtures";
import { reactWebsite } from "./react-website";
import type { Website } from "./website";
import { ask, makeWorkshop, said, test } from "./widget-page";

const look = { title: "Ask the workshop", welcome: "Good morning!", colour: "#1f4fd8" };
const blue = "rgb(31, 79, 216)";

async function openEmbedTab(operator: Page, db: Pool, website: Website): Promise<string> {
  const chatflowid = await makeWorkshop(db, { allowedOrigins: [website.origin], feedback: true, ...look });
  await operator.goto(`/chatflows/${chatflowid}`);
  await operator.getByRole("button", { name: "API code" }).click();
  await operator.getByRole("tab", { name: "Embed" }).click();
  return chatflowid;
}

async function copySample(operator: Page, shape: string): Promise<string> {
  await operator.getByText(shape, { exact: true }).click();
  await operator.getByRole("button", { name: "Copy sample" }).click();
  await expect(operator.getByRole("button", { name: "Copied" })).toBeVisible();
  return await operator.evaluate(() => navigator.clipboard.readText());
}

/** The chat answers and looks as its operator chose. */
async function expectChat(page: Page, shape: string): Promise<void> {
  if (shape === "Popup") {
    const button = page.locator('button[part="button"]');
    await expect(button).toHaveCSS("background-color", blue);
    await button.click();
  }
  await expect(page.getByText(look.welcome)).toBeVisible();
  await expect(page.getByText(look.title)).toHaveCSS("color", "rgb(255, 255, 255)");
  await ask(page, "When does the workshop open?");
  await expect(said(page, "The workshop opens at nine on weekdays.")).toBeVisible();
  await expect(page.getByTitle("Thumbs Up").first().locator("svg")).toHaveCSS("stroke", blue);
  await page.evaluate(() => localStorage.clear());
}

test("the HTML of the Embed tab, pasted as it was copied, is the chat of another website and looks as its operator chose", async ({
  operator,
  visitor: page,
  website,
  db,
}) => {
  const chatflowid = await openEmbedTab(operator, db, website);
  for (const shape of ["Popup", "Full page"]) {
    const sample = await copySample(operator, shape);
    website.publish(`<!doctype html><html lang="en"><title>Bicycles</title><body>${sample}</body></html>`);
    await page.goto(website.origin);
    await expectChat(page, shape);
  }
  await db.query("DELETE FROM chatflow WHERE id = $1", [chatflowid]);
});

test("the React component of the Embed tab, as it was copied, is the chat of a React website until it is taken off the page", async ({
  operator,
  visitor: page,
  website,
  db,
}) => {
  const failures: Error[] = [];
  page.on("pageerror", (error) => failures.push(error));
  const chatflowid = await openEmbedTab(operator, db, website);
  await operator.getByText("React", { exact: true }).click();
  for (const shape of ["Popup", "Full page"]) {
    website.publish(await reactWebsite(await copySample(operator, shape)));
    await page.goto(website.origin);
    await expectChat(page, shape);
    const chat = page.locator("flowise-chatbot, flowise-fullchatbot");
    await expect(chat).toHaveCount(1);
    await page.getByRole("button", { name: "Leave the chat" }).evaluate((leave: HTMLElement) => leave.click());
    await expect(chat).toHaveCount(0);
  }
  expect(failures).toEqual([]);
  await db.query("DELETE FROM chatflow WHERE id = $1", [chatflowid]);
});
