import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Holds the page, as it is now, against WCAG 2.2 AA and axe's best practices; in dark, where only colours differ, those. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
    // Colours that are still fading in would be measured as they pass by. Some never end: a loader's
    // turn, or all of them in a tab that is not in front.
    await page.evaluate(async () => {
      const ended = document.getAnimations().map((animation) => animation.finished.catch(() => {}));
      await Promise.race([Promise.all(ended), new Promise((resolve) => setTimeout(resolve, 2_000))]);
    });
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === "light" ? axe : axe.withRules("color-contrast")).analyze();
    const told = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`,
    );
    expect(told, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}
