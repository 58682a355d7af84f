import { type Browser, expect, type Locator, type Page } from "@playwright/test";

/**
 * Fills a form in a page whose scripts never come, presses Enter, and sees that the browser, which would submit it by
 * itself, sends nothing; and that what it sent would be in no address.
 * @param fields what to type, by label
 */
export async function expectNothingSent(
  browser: Browser,
  address: string,
  fields: Record<string, string>,
): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest()) sent.push(`${request.method()} ${request.url()}`);
  });
  const field = (label: string): Locator => page.getByLabel(label, { exact: true });
  for (const [label, text] of Object.entries(fields)) await field(label).fill(text);
  for (const label of Object.keys(fields)) await field(label).press("Enter");
  await leftAlone(page);
  expect(sent).toEqual([]);
  expect(page.url()).toBe(address);
  await expect(page.locator("form")).toHaveAttribute("method", "post");
  await context.close();
}

/** As long as a browser takes to begin to go elsewhere. */
const leftAlone = (page: Page) => page.waitForTimeout(500);
