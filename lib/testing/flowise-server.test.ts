import { afterAll, expect, test } from "vitest";
import { startFlowiseServer } from "@/lib/testing/flowise-server";

const flowise = await startFlowiseServer();
afterAll(() => flowise.close());
const [open, guarded] = flowise.chatflows.map(({ id }) => id);
const token = flowise.apiKeys[0]?.apiKey;

const predict = (flowId: string | undefined, body: object, bearer?: string) =>
  fetch(`${flowise.url}/api/v1/prediction/${flowId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(bearer && { Authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify(body),
  });

test("the Flowise stand-in speaks as was measured on Flowise 3.1.4", async () => {
  const answer = await (await predict(open, { question: "Hi", chatId: "c" })).json();
  expect(answer).toMatchObject({
    text: "Hello there.",
    question: "Hi",
    chatId: "c",
    sessionId: "c",
    isStreamValid: true,
  });
  const streamed = await predict(open, { question: "Hi", chatId: "c", streaming: "true" });
  expect(streamed.headers.get("content-type")).toBe("text/event-stream");
  const frames = (await streamed.text()).split("\n\n");
  expect(frames[0]).toBe('message:\ndata:{"event":"start","data":""}');
  expect(frames.at(-2)).toBe('message:\ndata:{"event":"end","data":"[DONE]"}');

  for (const bearer of [undefined, "wrong"]) {
    const refused = await predict(guarded, { question: "Hi" }, bearer);
    expect([refused.status, (await refused.json()).message]).toEqual([500, "Unauthorized"]);
    const late = await predict(guarded, { question: "Hi", streaming: true }, bearer);
    expect([late.status, await late.text()]).toEqual([200, expect.stringContaining('"event":"error"')]);
  }
  expect((await predict(guarded, { question: "Hi" }, token)).status).toBe(200);
  expect((await predict("unknown", { question: "Hi" })).status).toBe(404);

  const list = (path: string, bearer = token) =>
    fetch(`${flowise.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${bearer}` } });
  expect((await list("/chatflows", "wrong")).status).toBe(401);
  expect((await (await list("/chatflows")).json()).map((row: { name: string }) => row.name)).toContain("Support");
  const [key] = await (await list("/apikey")).json();
  expect(key).toMatchObject({ apiKey: token, keyName: "Flowlatch" });
  expect(key.apiKey).toMatch(/^[\w-]{43}$/);
});
