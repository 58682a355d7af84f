import { expect, type Page } from "@playwright/test";

/** Whether React has all there is to press or to fill in; a page without any of it, or that is none of ours, is ready. */
function hasAll(): boolean {
  const parts = [...document.querySelectorAll("#main :is(button, input, select, textarea)")];
  return parts.every((part) => Object.keys(part).some((key) => key.startsWith("__reactProps")));
}

/** Waits until a page listens: what a script does before, which no person is quick enough for, is lost on it. */
export async function expectListening(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(hasAll)).toBe(true);
  // React has marked a part a little before it listens to it.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
}

/** The same page; wherever it is led, and when it is loaded again, it listens afterwards. */
export function listening(page: Page): Page {
  for (const name of ["goto", "reload"] as const) {
    const load = page[name].bind(page) as (...args: unknown[]) => ReturnType<Page["goto"]>;
    page[name] = async (...args: unknown[]) => {
      const response = await load(...args);
      if (response?.ok()) await expectListening(page);
      return response;
    };
  }
  return page;
}
