import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expectAccessible } from "./axe";
import { expect, test } from "./fixtures";
import { createKey, openKeys } from "./keys-page";

test("what was changed is found, unfolded, filtered and exported", async ({ operator: page }) => {
  const name = `Audited ${randomUUID().slice(0, 8)}`;
  await openKeys(page);
  await createKey(page, name);
  await page.goto("/activity");
  await page.getByRole("searchbox", { name: "Search changes" }).fill(name);
  await expect(page.getByRole("status").filter({ hasText: "1 change" })).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Created");
  await expect(row).toContainText("Ada Lovelace");
  await row.locator("summary").click();
  await expect(row.getByText("Request ID")).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Change", { exact: true }).selectOption("api_key.deleted");
  await expect(page.getByRole("heading", { name: "No change matches" })).toBeVisible();
  await expect(page).toHaveURL(/action=api_key\.deleted/);
  await page.getByLabel("Change", { exact: true }).selectOption("api_key");
  await expect(row).toBeVisible();

  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export CSV" }).click(),
  ]);
  expect(csv.suggestedFilename()).toMatch(/^flowlatch-activity-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await csv.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(name);

  await row.getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
});

test("a date is typed into a filter without losing the focus, and counts once its year is whole", async ({
  operator: page,
}) => {
  await page.goto("/activity?action=api_key");
  const asked: string[] = [];
  page.on("request", (request) => {
    const from = new URL(request.url()).searchParams.get("from");
    if (from !== null) asked.push(from);
  });
  const from = page.getByLabel("From (UTC)");
  await from.focus();
  await page.keyboard.type("01052026", { delay: 60 });
  await expect(page).toHaveURL(/from=2026-01-05/);
  await expect(from).toBeFocused();
  await expect(from).toHaveValue("2026-01-05");
  expect(new Set(asked)).toEqual(new Set(["2026-01-05"]));
  // The year is still the part that is typed; the browser takes its digits for a new one or for more of the old one.
  await page.keyboard.type("2025", { delay: 60 });
  await expect(page).toHaveURL(/from=2025-01-05/);
  expect(asked.filter((date) => !/^[1-9]\d{3}-01-05$/.test(date))).toEqual([]);

  await page.keyboard.press("Delete");
  await expect(page).toHaveURL(/from=2025-01-05/);
  await page.getByLabel("To (UTC)").focus();
  await expect(page).toHaveURL(/\/activity\?action=api_key$/);

  // Changed by other means, the field follows.
  await page.getByRole("link", { name: "Refused calls" }).click();
  await expect(page).toHaveURL(/refused-calls/);
  await from.fill("2024-02-03");
  await expect(page).toHaveURL(/from=2024-02-03/);
  await page.getByRole("link", { name: "All refused calls" }).click();
  await expect(from).toHaveValue("");
  await page.goBack();
  await expect(from).toHaveValue("2024-02-03");
});

test("one failed call is explained by the request id of its answer", async ({ operator: page, db }) => {
  const name = `Explained ${randomUUID().slice(0, 8)}`;
  await openKeys(page);
  const token = await createKey(page, name);
  const { rows } = await db.query("SELECT id FROM chatflow WHERE name = 'Flowlatch guide'");
  const answer = await page.context().request.post(`/api/v1/prediction/${rows[0].id}`, {
    headers: { Authorization: `Bearer ${token}` },
    data: { question: "Anybody there?" },
  });
  expect(answer.status()).toBe(403);
  // As somebody would paste it who was sent the whole answer.
  const problem = JSON.stringify(await answer.json());
  await expect(async () => {
    await page.goto(`/activity/refused-calls?${new URLSearchParams({ q: problem })}`);
    await expect(page.getByRole("row").filter({ hasText: name })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const row = page.getByRole("row").filter({ hasText: name });
  await row.locator("summary").click();
  await expect(row.getByText("What to do")).toBeVisible();
  await expect(row).toContainText(answer.headers()["x-request-id"] ?? "missing");
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("a viewer is told that activity is not theirs, and gets no export", async ({ viewer: page }) => {
  for (const path of ["/activity", "/activity/refused-calls"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "Your role may not read activity" })).toBeVisible();
  }
  expect((await page.context().request.get("/activity/export?format=csv")).status()).toBe(403);
});
