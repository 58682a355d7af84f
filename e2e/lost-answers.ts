import type { Page } from "@playwright/test";

/** Addresses that server actions are sent to. */
export const isAction = (url: URL) => !url.pathname.startsWith("/_next/");

/** What the page's actions do is done, but no answer to them arrives. */
export async function loseAnswers(page: Page): Promise<void> {
  await page.route(isAction, async (route) => {
    if (!route.request().headers()["next-action"]) return route.fallback();
    await route.fetch();
    await route.abort();
  });
}
