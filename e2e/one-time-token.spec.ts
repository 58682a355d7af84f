import { expect, owner, signInAs, test } from "./fixtures";
import { choose, createKey, nameNewKey, openKeys, removeKeys, tokenField, whatThePageHolds } from "./keys-page";

/** A name of this machine that no browser takes for secure, as in a company's network without https. */
const plainHost = "flowlatch.example";

test.use({
  launchOptions: async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`];
    await use({ ...launchOptions, args, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  },
});

test("on plain http, where there is no clipboard API, every Copy copies", async ({ context, db, baseURL }) => {
  const url = (baseURL ?? "").replace(/\/\/[^:/]+/, `//${plainHost}`);
  await signInAs(context, db, url, owner.email);
  const page = await context.newPage();
  await page.goto(`${url}/keys`);
  expect(await page.evaluate(() => navigator.clipboard === undefined)).toBe(true);
  const search = page.getByLabel("Search keys");
  const pasted = async () => {
    await search.focus();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.press("ControlOrMeta+V");
    const text = await search.inputValue();
    await search.fill("");
    return text;
  };

  await (await nameNewKey(page, "Plain http")).click();
  const token = await tokenField(page).inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByText("The API key is on the clipboard.")).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await pasted()).toBe(token);

  await choose(page, "Plain http", "Copy key ID");
  const { rows } = await db.query("SELECT id FROM api_key WHERE name = 'Plain http'");
  await expect.poll(pasted).toBe(rows[0].id);
  await removeKeys(db, "Plain http");
});

test("leaving the page with the dialog open and coming back does not bring the token back", async ({
  operator: page,
  db,
}) => {
  await openKeys(page);
  await (await nameNewKey(page, "Left open")).click();
  const token = await tokenField(page).inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.goto("/icon.svg");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  await expect(tokenField(page)).toHaveCount(0);
  expect(await whatThePageHolds(page)).not.toContain(token);
  await removeKeys(db, "Left open");
});

test("a page that a browser puts aside forgets the token before it goes", async ({ operator: page, db }) => {
  await openKeys(page);
  await (await nameNewKey(page, "Put aside")).click();
  const token = await tokenField(page).inputValue();
  const field = await page.evaluate(() => {
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    // In the same task: a page put aside runs nothing more.
    return [...document.querySelectorAll("input")].map((input) => input.value).join();
  });
  expect(field).not.toContain(token);
  await expect(tokenField(page)).toHaveCount(0);
  expect(await whatThePageHolds(page)).not.toContain(token);
  await removeKeys(db, "Put aside");
});

test("after the dialog was closed, going away and back shows no token", async ({ operator: page, db }) => {
  await openKeys(page);
  const token = await createKey(page, "Closed before");
  await page.goto("/icon.svg");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
  expect(await whatThePageHolds(page)).not.toContain(token);
  await removeKeys(db, "Closed before");
});
