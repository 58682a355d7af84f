import { expect, test } from "./fixtures";
import { createKey, openKeys, removeKeys } from "./keys-page";

/** What is another with each answer, or says how its body was sent and not what is said. */
const passing = ["date", "x-request-id", "content-length", "transfer-encoding", "connection", "keep-alive", "vary"];

/** An answer without what is another each time. Compressed is only what Next answers. */
async function answerOf(address: string, init: RequestInit) {
  const sent = { ...init.headers, "Accept-Encoding": "identity" };
  const response = await fetch(address, { method: "POST", ...init, headers: sent });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !passing.includes(name)));
  const text = await response.text();
  const body = text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "an id").replaceAll(/"requestId":"[^"]*"/g, "");
  return { status: response.status, headers, body };
}

test("our own server answers predictions ahead of Next as Next does, whatever is called", async ({
  operator,
  db,
  baseURL,
}) => {
  const name = "Ahead of Next";
  await openKeys(operator);
  const token = await createKey(operator, name);
  const { rows } = await db.query(
    `INSERT INTO chatflow (id, workspace_id, name, name_key, engine, api_key_id, created_at, updated_at)
     SELECT gen_random_uuid(), k.workspace_id, k.name, lower(k.name), '{"kind":"knowledge","maxPassages":3,"memoryTurns":3}',
            k.id, now(), now() FROM api_key k WHERE k.name = $1 RETURNING id`,
    [name],
  );
  const chatflow = rows[0].id as string;
  const json = { "Content-Type": "application/json" };
  const good = { ...json, Authorization: `Bearer ${token}` };
  const question = JSON.stringify({ question: "When does the workshop open?" });
  const calls: [string, string, RequestInit][] = [
    ["an answer", chatflow, { headers: good, body: question }],
    ["a stream", chatflow, { headers: good, body: JSON.stringify({ question: "When?", streaming: true }) }],
    ["no token", chatflow, { headers: json, body: question }],
    ["a malformed token", chatflow, { headers: { ...json, Authorization: "Bearer flk_nonsense" }, body: question }],
    ["an unknown chatflow", "no-such-chatflow", { headers: good, body: question }],
    ["no JSON", chatflow, { headers: good, body: "{" }],
    ["no body", chatflow, { headers: good }],
    ["another type", chatflow, { headers: { ...good, "Content-Type": "text/plain" }, body: question }],
    ["far too much", chatflow, { headers: good, body: JSON.stringify({ question: "x".repeat(6_000_000) }) }],
    ["a page of another website", chatflow, { headers: { ...good, Origin: "https://example.com" }, body: question }],
    ["who wants a stream only", chatflow, { headers: { ...json, Accept: "text/event-stream" }, body: question }],
  ];
  for (const [what, id, init] of calls) {
    const ahead = await answerOf(`${baseURL}/api/v1/prediction/${id}`, init);
    // With a query, Next is asked.
    const byNext = await answerOf(`${baseURL}/api/v1/prediction/${id}?by=next`, init);
    expect(ahead, what).toEqual(byNext);
  }
  const { rows: kept } = await db.query("SELECT status FROM prediction WHERE chatflow_id = $1", [chatflow]);
  expect(kept.map(({ status }) => status)).toEqual(Array(6).fill("ok"));
  await db.query("DELETE FROM chatflow WHERE id = $1", [chatflow]);
  await removeKeys(db, name);
});
