import type { Browser, BrowserContext } from "@playwright/test";

/** How Chromium begins what it writes to the console when a page's policy has stopped something. */
const violation = /Content Security Policy|violates the following/i;

/**
 * Listens to every page of a browser, whichever of its contexts the page is in.
 * @param origin of the pages that are Flowlatch's: a test may have a customer's website besides
 * @returns what was stopped so far, and an end to listening
 */
export function watchPolicy(browser: Browser, origin: string): { found: string[]; end: () => void } {
  const found: string[] = [];
  const onContext = (context: BrowserContext) => {
    context.on("console", (message) => {
      const address = message.page()?.url() ?? "";
      if (address.startsWith(origin) && violation.test(message.text())) found.push(`${address}: ${message.text()}`);
    });
  };
  browser.on("context", onContext);
  return { found, end: () => browser.off("context", onContext) };
}
