import { never } from "../lib/testing/provider-server";
import { expect } from "./fixtures";
import { nameNewKey, openKeys, removeKeys, tokenField } from "./keys-page";
import { makeChatflow } from "./model-page";
import { ask, field, makeWorkshop, said, share, test, visit } from "./widget-page";

test("a visitor of another website asks the popup, rates the answer and says who they are; an unlisted website gets nothing", async ({
  visitor: page,
  website,
  db,
}) => {
  const starterPrompts = ["When does the workshop open?"];
  const sharing = { allowedOrigins: [website.origin], starterPrompts, feedback: true };
  const chatflowid = await makeWorkshop(db, sharing);
  await visit(page, website.origin, { chatflowid });
  await page.locator('button[part="button"]').click();
  await page.getByText("When does the workshop open?").click();
  await expect(said(page, "The workshop opens at nine on weekdays.")).toBeVisible();
  // The passage stands in the answer and, once more, as its source.
  await expect(page.getByRole("button", { name: "The workshop opens at nine on weekdays." })).toBeVisible();
  await ask(page, "And when does it close?");
  await expect(said(page, "closes at five")).toBeVisible();

  await page.getByTitle("Thumbs Up").first().click();
  const comment = page.getByPlaceholder("What do you think of the response?");
  await comment.fill("Just what I asked.");
  await page.getByRole("button", { name: "Submit" }).click();
  await expect(comment).toHaveCount(0);
  const turns = await db.query(
    `SELECT p.question, p.session_id, f.rating, f.content FROM prediction p LEFT JOIN feedback f ON f.prediction_id = p.id
     WHERE p.chatflow_id = $1 ORDER BY p.created_at`,
    [chatflowid],
  );
  expect(turns.rows).toEqual([
    expect.objectContaining({ question: starterPrompts[0], rating: "THUMBS_UP", content: "Just what I asked." }),
    expect.objectContaining({ session_id: turns.rows[0].session_id, rating: null }),
  ]);

  await share(db, chatflowid, {
    ...sharing,
    leads: { enabled: true, title: "Who are you?", success: "Good to know you." },
  });
  await page.evaluate(() => localStorage.clear());
  await visit(page, website.origin, { chatflowid, full: true });
  await expect(page.getByText("Who are you?")).toBeVisible();
  await page.getByPlaceholder("Name").fill("Ada");
  await page.getByPlaceholder("Email Address").fill("ada@example.com");
  await page.getByPlaceholder("Email Address").press("Enter");
  await expect(page.getByText("Good to know you.")).toBeVisible();
  const leads = await db.query("SELECT name, email, phone FROM lead WHERE chatflow_id = $1", [chatflowid]);
  expect(leads.rows).toEqual([{ name: "Ada", email: "ada@example.com", phone: null }]);

  await visit(page, website.otherOrigin, { chatflowid, full: true });
  await ask(page, "When does the workshop open?");
  await expect(said(page, /error|failed/i)).toBeVisible();
  await expect(page.getByText("opens at nine")).toHaveCount(0);
  const { rows } = await db.query("SELECT count(*)::int AS count FROM prediction WHERE chatflow_id = $1", [chatflowid]);
  expect(rows).toEqual([{ count: 2 }]);
  await db.query("DELETE FROM chatflow WHERE id = $1", [chatflowid]);
});

test("a page's own hook shows a token, an answer is stopped in the middle, and a refused visitor reads why", async ({
  operator,
  visitor: page,
  website,
  provider,
  db,
}) => {
  await openKeys(operator);
  await (await nameNewKey(operator, "Widget")).click();
  const token = await tokenField(operator).inputValue();
  await operator.getByRole("button", { name: "Done" }).click();

  const chatflowid = await makeChatflow(db, provider, "Behind a hook");
  const sharing = { allowedOrigins: [website.origin], starterPrompts: ["What is the margin?"] };
  await share(db, chatflowid, sharing);
  const setKey = (name: string | null) =>
    db.query("UPDATE chatflow SET api_key_id = (SELECT id FROM api_key WHERE name = $2) WHERE id = $1", [
      chatflowid,
      name,
    ]);
  await setKey("Widget");

  await visit(page, website.origin, { chatflowid, token, full: true });
  await expect(page.getByText("What is the margin?")).toBeVisible();
  provider.reply({ steps: ["Forty", " per cent."] });
  await ask(page, "Tell me the margin.");
  await expect(said(page, "Forty per cent.")).toBeVisible();
  provider.reply({ steps: ["Once upon a time", never] });
  await ask(page, "Tell me a story.");
  await expect(said(page, "Once upon a time")).toBeVisible();
  await page.evaluate(() => document.dispatchEvent(new CustomEvent("flowise-clear-chat")));
  await expect.poll(() => provider.received.at(-1)?.hungUpAt ?? null).not.toBeNull();
  const lastStatus = async () =>
    (
      await db.query("SELECT status, answer FROM prediction WHERE chatflow_id = $1 ORDER BY created_at DESC", [
        chatflowid,
      ])
    ).rows[0];
  await expect.poll(lastStatus).toEqual({ status: "aborted", answer: "Once upon a time" });

  await visit(page, website.origin, { chatflowid, full: true });
  await expect(field(page)).toBeVisible();
  await ask(page, "Without a token?");
  await expect(said(page, "This chatflow needs an API key")).toBeVisible();
  await expect(page.getByText("What is the margin?")).toHaveCount(0);

  await setKey(null);
  await visit(page, website.origin, { chatflowid, token, full: true });
  await ask(page, "Is it open?");
  await expect(said(page, "This chatflow is closed")).toBeVisible();

  await db.query("UPDATE chatflow SET is_public = true WHERE id = $1", [chatflowid]);
  await share(db, chatflowid, { ...sharing, perAddressPerMinute: 1 });
  await visit(page, website.origin, { chatflowid, full: true });
  await ask(page, "Once?");
  await expect(said(page, "Hello there.")).toBeVisible();
  await ask(page, "Twice?");
  await expect(said(page, /Too many questions came from your address\. Wait \d+ seconds/)).toBeVisible();
  await removeKeys(db, "Widget");
});

test("a visitor attaches a picture, which the model sees, where the chatflow takes them; elsewhere there is nothing to attach with", async ({
  visitor: page,
  website,
  provider,
  db,
}) => {
  const chatflowid = await makeChatflow(db, provider, "Sees", { allowImages: true });
  await db.query("UPDATE chatflow SET is_public = true WHERE id = $1", [chatflowid]);
  await share(db, chatflowid, { allowedOrigins: [website.origin] });
  // The widget's button has no name: it is the one before the field for files.
  const attach = page.locator('button:has(+ input[type="file"])');
  await visit(page, website.origin, { chatflowid, full: true });
  const chosen = page.waitForEvent("filechooser");
  await attach.click();
  const dot = "R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
  await (await chosen).setFiles({ name: "dot.gif", mimeType: "image/gif", buffer: Buffer.from(dot, "base64") });
  provider.reply({ steps: ["A dot."] });
  await ask(page, "What is this?");
  await expect(said(page, "A dot.")).toBeVisible();
  expect(provider.received[0]?.prompt.messages).toEqual([
    { role: "user", text: "What is this?", images: [`data:image/gif;base64,${dot}`] },
  ]);
  // A picture without words: the widget sends it with an empty question.
  const another = page.waitForEvent("filechooser");
  await attach.click();
  await (await another).setFiles({ name: "dot.gif", mimeType: "image/gif", buffer: Buffer.from(dot, "base64") });
  provider.reply({ steps: ["The same dot."] });
  await field(page).press("Enter");
  await expect(said(page, "The same dot.")).toBeVisible();
  expect(provider.received[1]?.prompt.messages.at(-1)).toEqual({
    ...{ role: "user", text: "", images: [`data:image/gif;base64,${dot}`] },
  });

  await db.query(`UPDATE chatflow SET engine = engine || '{"allowImages": false}' WHERE id = $1`, [chatflowid]);
  await visit(page, website.origin, { chatflowid, full: true });
  await expect(field(page)).toBeVisible();
  await expect(attach).toHaveCount(0);
});

test("the widget's script is our own, for every website and with its licence", async ({ request }) => {
  const response = await request.get("/embed/widget.js");
  expect(response.headers()).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": expect.stringContaining("max-age=86400"),
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
  });
  expect(response.headers()).not.toHaveProperty("content-security-policy");
  expect((await response.text()).slice(0, 2_000)).toMatch(
    /flowise-embed 3\.1\.6.*MIT License.*Permission is hereby granted/s,
  );
});
