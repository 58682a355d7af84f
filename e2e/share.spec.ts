import type { Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { expect, owner, signInAs, test } from "./fixtures";
import { nameNewKey, openKeys, removeKeys, tokenField, whatThePageHolds } from "./keys-page";

/** A name of this machine that no browser takes for secure, as in a company's network without https. */
const plainHost = "flowlatch.example";

test.use({
  launchOptions: async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`];
    await use({ ...launchOptions, args });
  },
});

const linkField = (page: Page) => page.getByLabel("Link to show it once");
const show = (page: Page) => page.getByRole("button", { name: "Show the API key" });

/** All that a page's requests carry: addresses, headers and bodies. */
function watch(page: Page): string[] {
  const sent: string[] = [];
  page.on("request", (request) => {
    sent.push(
      `${request.method()} ${request.url()}\n${JSON.stringify(request.headers())}\n${request.postData() ?? ""}`,
    );
  });
  return sent;
}

async function shareNewKey(page: Page, name: string) {
  await openKeys(page);
  await (await nameNewKey(page, name)).click();
  const token = await tokenField(page).inputValue();
  await page.getByRole("button", { name: "Share once" }).click();
  await expect(page.getByRole("button", { name: "Copy link" })).toBeFocused();
  return { token, link: await linkField(page).inputValue() };
}

test("a key is handed over by a link that shows it once, and no request ever holds it", async ({
  operator: page,
  browser,
  db,
}) => {
  const sentBySender = watch(page);
  const { token, link } = await shareNewKey(page, "Handed over");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("The link is on the clipboard.")).toBeAttached();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const fragment = new URL(link).hash.slice(1);
  expect(fragment).toMatch(/^[\w-]{43}$/);
  expect(await whatThePageHolds(page)).not.toContain(fragment);

  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const receiver = await context.newPage();
  const sentByReceiver = watch(receiver);
  // A link preview, and a person who only looks.
  for (let n = 0; n < 3; n++) {
    const preview = await context.request.get(link);
    expect(preview.status()).toBe(200);
    expect(preview.headers()["referrer-policy"]).toBe("no-referrer");
    expect(preview.headers()["x-robots-tag"]).toContain("noindex");
    expect(preview.headers()["cache-control"]).toContain("no-store");
    expect(await preview.text()).not.toContain("Handed over");
  }
  await receiver.goto(link);
  await expect(show(receiver)).toBeEnabled();
  expect(receiver.url()).not.toContain("#");
  await expectAccessible(receiver);
  const width = await receiver.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await receiver.keyboard.press("Tab");
  await expect(show(receiver)).toBeFocused();
  await receiver.keyboard.press("Enter");
  await expect(receiver.getByRole("heading", { name: "Your API key" })).toBeFocused();
  expect(await tokenField(receiver).inputValue()).toBe(token);
  await expectAccessible(receiver);
  const asked = receiver.waitForEvent("dialog");
  await receiver.evaluate(() => void setTimeout(() => location.reload()));
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  expect(await tokenField(receiver).inputValue()).toBe(token);
  const download = receiver.waitForEvent("download");
  await receiver.getByRole("button", { name: "Download .env" }).click();
  expect((await download).suggestedFilename()).toBe("flowlatch.env");
  // Kept now, so nothing holds the page.
  await receiver.reload();
  await expect(receiver.getByRole("heading", { name: "This link is not complete" })).toBeVisible();

  const second = await context.newPage();
  await second.goto(link);
  await show(second).click();
  await expect(second.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await expectAccessible(second);
  await context.close();

  const sent = [...sentBySender, ...sentByReceiver].join("\n");
  expect(sent).toContain("/share/");
  for (const secret of [token, token.slice(4, 30), fragment]) expect(sent).not.toContain(secret);
  await removeKeys(db, "Handed over");
});

test("a link that is cut off is noticed before it is used up, and the whole one works then", async ({
  operator: page,
  browser,
  db,
}) => {
  const { token, link } = await shareNewKey(page, "Cut off");
  const context = await browser.newContext();
  const receiver = await context.newPage();
  await receiver.goto(link.slice(0, -3));
  await expect(receiver.getByRole("heading", { name: "This link is not complete" })).toBeVisible();
  await expectAccessible(receiver);
  await receiver.goto(link.split("#")[0] as string);
  await expect(receiver.getByRole("heading", { name: "This link is not complete" })).toBeVisible();
  await receiver.goto(link);
  await context.setOffline(true);
  await show(receiver).click();
  await expect(receiver.getByText("Flowlatch could not be reached.")).toBeVisible();
  await context.setOffline(false);
  await show(receiver).click();
  expect(await tokenField(receiver).inputValue()).toBe(token);
  await context.close();
  await removeKeys(db, "Cut off");
});

test("on plain http, where browsers do not encrypt, sharing and opening say that they need https", async ({
  context,
  db,
  baseURL,
}) => {
  const url = (baseURL ?? "").replace(/\/\/[^:/]+/, `//${plainHost}`);
  await signInAs(context, db, url, owner.email);
  const page = await context.newPage();
  // On a busy machine a page of this host was once left without its scripts; a person would load it again.
  await expect(async () => {
    await page.goto(`${url}/keys`);
    await page.getByRole("button", { name: "Create key" }).click();
    await expect(page.getByLabel("Key name")).toBeVisible({ timeout: 8_000 });
  }).toPass();
  await (await nameNewKey(page, "On plain http")).click();
  await page.getByRole("button", { name: "Share once" }).click();
  await expect(page.getByText("Open Flowlatch over https to share.")).toBeVisible();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByRole("button", { name: "Done" }).click();
  const receiver = await context.newPage();
  await receiver.goto(`${url}/share/00000000-0000-8000-8000-000000000000#${"A".repeat(43)}`);
  await expect(receiver.getByRole("heading", { name: "This page needs https" })).toBeVisible();
  await removeKeys(db, "On plain http");
});
