import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { Pool } from "pg";
import { makePdf } from "../lib/testing/pdf";
import { expectAccessible } from "./axe";
import { ensureOperator, expect, signInAs, test } from "./fixtures";

const file = (name: string, content: string | Uint8Array) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(content),
});
const page1 = "<title>Garden</title><nav>Menu</nav><h2>Roses</h2><p>The roses are watered at dawn.</p>";
const hangar = makePdf([["Foreword."], ["The zeppelin hangar is painted crimson."]]);

async function makeChatflow(page: Page, name: string): Promise<string> {
  await page.goto("/chatflows");
  await page.getByRole("button", { name: "New chatflow" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { name, exact: true, level: 1 })).toBeVisible();
  return new URL(page.url()).pathname.split("/")[2] as string;
}

async function ask(page: Page, question: string) {
  await page.getByLabel("Question", { exact: true }).fill(question);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toHaveAttribute("aria-busy", "false");
  return page.getByRole("article", { name: question, exact: true });
}

const removeChatflow = (db: Pool, id: string) => db.query("DELETE FROM chatflow WHERE id = $1", [id]);
const row = (page: Page, name: string) =>
  page.getByRole("region", { name: "Documents" }).getByRole("listitem").filter({ hasText: name });
const draft = (page: Page, name: string) => page.getByRole("dialog").getByRole("listitem").filter({ hasText: name });

test("of several files each has its own fate, and what was read is answered from, previewed, replaced and removed", async ({
  operator: page,
  db,
}) => {
  const id = await makeChatflow(page, "Reads files");
  await page.getByRole("button", { name: "Add documents" }).click();
  await page
    .getByLabel("Document files")
    .setInputFiles([
      file("garden.html", page1),
      file("hangar.pdf", hangar),
      file("scan.pdf", makePdf([[]])),
      file("locked.pdf", makePdf([["x"]], { isEncrypted: true })),
      file("photo.png", "x"),
      file("huge.md", "x".repeat(2 * 1024 * 1024 + 1)),
    ]);
  // Known before anything is sent.
  await expect(draft(page, "photo.png")).toContainText("Only .md, .txt, .html and .pdf files can be read.");
  await expect(draft(page, "huge.md")).toContainText("it can have at most 2 MB");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(draft(page, "scan.pdf")).toContainText("has no text, only pictures of its pages");
  await expect(draft(page, "locked.pdf")).toContainText("is protected by a password");
  await expect(page.getByText("2 documents added. 4 were not: see below.")).toBeVisible();
  await expect(page.getByRole("dialog").getByRole("listitem")).toHaveCount(4);
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

  await expect(row(page, "hangar.pdf")).toContainText("2 passages");
  await expect(row(page, "hangar.pdf")).toContainText("just now");
  const answer = await ask(page, "Which colour is the zeppelin hangar?");
  await expect(answer).toContainText("painted crimson");
  await answer.getByText("1 source").click();
  await expect(answer.getByRole("listitem")).toHaveText("hangar.pdf › Page 2");

  await page.getByRole("button", { name: "Preview garden.html" }).click();
  await expect(page.getByRole("dialog")).toContainText("The roses are watered at dawn.");
  await expect(page.getByRole("dialog").getByRole("heading", { name: "Garden › Roses" })).toBeVisible();
  await expect(page.getByRole("dialog")).not.toContainText("Menu");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Preview garden.html" })).toBeFocused();
  for (const name of ["Add documents", "Replace hangar.pdf", "Remove hangar.pdf"]) {
    await page.getByRole("button", { name }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name })).toBeFocused();
  }

  await page.getByRole("button", { name: "Add documents" }).click();
  const again = file("garden.html", page1.replace("at dawn", "at dusk"));
  await page.getByLabel("Document files").setInputFiles([again]);
  await expect(draft(page, "garden.html")).toContainText("A document of this name is there already.");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(draft(page, "garden.html")).toContainText("Choose “Replace”, or take this one away.");
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(await ask(page, "When are the roses watered?")).toContainText("at dusk");

  await page.getByRole("button", { name: "Replace hangar.pdf" }).click();
  await page.getByLabel("Document files").setInputFiles([file("hall.txt", "The zeppelin hangar is painted azure.")]);
  await page.getByRole("button", { name: "Replace document" }).click();
  await expect(row(page, "hall.txt")).toBeVisible();
  await expect(row(page, "hangar.pdf")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add documents" })).toBeFocused();
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(await ask(page, "Which colour is the zeppelin hangar?")).toContainText("painted azure");

  await page.getByRole("button", { name: "Remove hall.txt" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(row(page, "hall.txt")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add documents" })).toBeFocused();
  await expect(row(page, "garden.html")).toBeVisible();
  await removeChatflow(db, id);
});

test("files are dropped in, and their upload is shown as it goes", async ({ operator: page, db }) => {
  const id = await makeChatflow(page, "Takes drops");
  await page.getByRole("button", { name: "Add documents" }).click();
  await expect(page.getByText("Or drop them here")).toBeVisible();
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["The ferry leaves at noon."], "ferry.txt"));
    transfer.items.add(new File(["MZ"], "tool.exe"));
    return transfer;
  });
  const zone = page.getByText("Or drop them here");
  for (const type of ["dragenter", "dragover", "drop"]) await zone.dispatchEvent(type, { dataTransfer: data });
  await expect(draft(page, "ferry.txt")).toBeVisible();
  await expect(draft(page, "tool.exe")).toContainText("Only .md, .txt, .html and .pdf files can be read.");
  await page.getByRole("button", { name: "Take away tool.exe" }).click();

  const released = Promise.withResolvers<void>();
  await page.route(/\/documents\?/, async (route) => {
    await released.promise;
    await route.continue();
  });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("progressbar", { name: "Sent of ferry.txt" })).toHaveAttribute("aria-valuenow", "0");
  await expect(draft(page, "ferry.txt")).toContainText("0 %");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Cancel" })).toBeDisabled();
  released.resolve();
  await expect(row(page, "ferry.txt")).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Preview ferry.txt" }).click();
  await expect(page.getByRole("dialog")).toContainText("The ferry leaves at noon.");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await removeChatflow(db, id);
});

test("uploads are for editors of the workspace, from its own pages, and within the limit", async ({
  operator: page,
  viewer,
  browser,
  db,
  baseURL,
}) => {
  const id = await makeChatflow(page, "Guarded uploads");
  const post = (
    who: Page,
    address: string,
    headers: Record<string, string> = {},
    data: Buffer = Buffer.from("Text."),
  ) =>
    who.request.post(`/chatflows/${address}/documents?name=a.md`, {
      headers: { origin: baseURL as string, "content-type": "application/octet-stream", ...headers },
      data,
    });
  const count = async () =>
    Number((await db.query("SELECT count(*) FROM document WHERE chatflow_id = $1", [id])).rows[0].count);
  expect((await post(page, id, { origin: "https://elsewhere.example" })).status()).toBe(403);
  expect((await post(page, id, { origin: "" })).status()).toBe(403);
  expect((await post(viewer, id)).status()).toBe(403);
  expect((await post(page, randomUUID())).status()).toBe(404);
  const stranger = await (await browser.newContext({ baseURL: baseURL as string })).newPage();
  expect((await post(stranger, id)).status()).toBe(401);
  const large = await post(page, id, {}, Buffer.alloc(10 * 1024 * 1024 + 1, "x"));
  expect(large.status()).toBe(413);
  expect((await large.json()).message).toBe("“a.md” has 10.0 MB; a file can have at most 10 MB.");
  expect(await count()).toBe(0);

  await signInAs(stranger.context(), db, baseURL as string, await ensureOperator(db, "editor"));
  expect((await post(stranger, id)).status()).toBe(200);
  expect((await post(stranger, id)).status()).toBe(409);
  const { rows } = await db.query<{ id: string }>("SELECT id FROM document WHERE chatflow_id = $1", [id]);
  const preview = `/chatflows/${id}/documents/${rows[0]?.id}`;
  expect((await (await viewer.request.get(preview)).json()).passages[0].content).toBe("Text.");

  // From here on the chatflow is another workspace's.
  const workspace = randomUUID();
  await db.query("INSERT INTO workspace (id, slug, name) VALUES ($1, $2, 'Other')", [workspace, `other-${workspace}`]);
  await db.query("UPDATE chatflow SET workspace_id = $1 WHERE id = $2", [workspace, id]);
  expect((await post(page, id)).status()).toBe(404);
  expect((await page.request.get(preview)).status()).toBe(404);
  expect(await count()).toBe(1);
  await stranger.context().close();
  await removeChatflow(db, id);
});
