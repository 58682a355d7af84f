import { beforeEach, expect, test } from "vitest";
import { regenerateApiKey } from "@/lib/api-keys/rotation";
import { generateToken } from "@/lib/api-keys/token";
import { comparable, predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";
import { GET, POST } from "./route";

const db = await testDatabase();
const url = "http://localhost/api/v1/tokens/revoke";
const form = "application/x-www-form-urlencoded";

const shared = globalThis as { flowlatchTellsPeers?: true };
let address: string;
let addresses = 0;
beforeEach(() => {
  shared.flowlatchTellsPeers = true;
  addresses += 1;
  address = `198.51.100.${addresses}`;
});

async function send(body: BodyInit | null, contentType = form, headers: Record<string, string> = {}) {
  const request = new Request(url, {
    method: "POST",
    body,
    headers: { "Content-Type": contentType, "x-flowlatch-peer": address, ...headers },
  });
  return await POST(request, { params: Promise.resolve({}) });
}

const problem = async (response: Response) => (await response.json()) as { code: string; field?: string };

test.each([
  ["a form", (token: string) => send(new URLSearchParams({ token }).toString())],
  [
    "a form with a hint",
    (token: string) => send(`token_type_hint=access_token&token=${token}`, `${form};charset=UTF-8`),
  ],
  ["JSON", (token: string) => send(JSON.stringify({ token, token_type_hint: 7 }), "application/json")],
])("a token in %s ends at once, with nobody signed in", async (_, report) => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  expect((await predict(chatflowId, { token: key.token })).status).toBe(200);
  expect((await report(key.token)).status).toBe(200);
  expect((await predict(chatflowId, { token: key.token })).status).toBe(401);
  const [event] = await db.prisma.auditEvent.findMany({ where: { action: "api_key.token_revoked" } });
  expect(event?.address).toBe(address);
});

test("the answer is one and the same for a token that is live, ended, unknown, deleted, malformed or nonsense", async () => {
  const { ctx, key } = await createGuardedChatflow(db);
  const { token: live } = await regenerateApiKey(ctx, { id: key.id });
  const deleted = await createGuardedChatflow(db);
  await db.prisma.apiKey.delete({ where: { id: deleted.key.id } });
  const tokens = {
    live,
    again: live,
    ended: key.token,
    unknown: generateToken(),
    deleted: deleted.key.token,
    checksum: `${live.slice(0, -1)}${live.endsWith("0") ? "1" : "0"}`,
    nonsense: "nonsense",
    foreignBytes: "\u0000\ud83d\udd11",
  };
  const expected = {
    status: 200,
    headers: [
      ["cache-control", "no-store"],
      ["content-type", "application/json"],
    ],
    body: '{"message":"If this was a token of ours, it is refused from now on."}',
  };
  for (const [kind, token] of Object.entries(tokens)) {
    const answer = await comparable(await send(new URLSearchParams({ token }).toString()));
    expect({ kind, ...answer }).toEqual({ kind, ...expected });
  }
});

test.each<[string, string, string, number, string, Record<string, string>?]>([
  ["no token", "token_type_hint=access_token", form, 400, "invalid_request"],
  ["an empty token", "token=", form, 400, "invalid_request"],
  ["two tokens", "token=a&token=b", form, 400, "invalid_request"],
  ["nothing", "", form, 400, "invalid_request"],
  ["broken JSON", "{", "application/json", 400, "invalid_request"],
  ["a list", '["a"]', "application/json", 400, "invalid_request"],
  ["a token that is no text", '{"token":1}', "application/json", 400, "invalid_request"],
  ["plain text", "token=a", "text/plain", 415, "unsupported_media_type"],
  ["multipart", "--x--", "multipart/form-data; boundary=x", 415, "unsupported_media_type"],
  ["a compressed body", "token=a", form, 415, "unsupported_media_type", { "Content-Encoding": "gzip" }],
  ["a long body", `token=${"x".repeat(3_000)}`, form, 413, "payload_too_large"],
  ["a declared length", "token=a", form, 413, "payload_too_large", { "Content-Length": "99999" }],
])("%s is refused", async (_, body, contentType, status, code, headers = {}) => {
  const response = await send(body, contentType, headers);
  expect(response.status).toBe(status);
  expect(await problem(response)).toMatchObject({ code });
  expect(response.headers.get("content-type")).toBe("application/problem+json");
});

test("a token in the query is refused, and does not end", async () => {
  const { chatflowId, key } = await createGuardedChatflow(db);
  const request = new Request(`${url}?token=${key.token}`, { method: "POST" });
  const response = await POST(request, { params: Promise.resolve({}) });
  expect(await problem(response)).toMatchObject({ code: "token_in_query" });
  expect((await predict(chatflowId, { token: key.token })).status).toBe(200);
});

test("a GET ends nothing", async () => {
  const response = await GET(new Request(url), { params: Promise.resolve({}) });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("POST, OPTIONS");
});

test("one address is slowed down, with the seconds to wait, whatever it sends, and others are not", async () => {
  const answers: Response[] = [];
  for (let n = 0; n < 32; n++) answers.push(await send(n % 2 ? "token=nonsense" : ""));
  expect(answers.slice(0, 30).map(({ status }) => status)).not.toContain(429);
  const last = answers[31] as Response;
  expect(last.status).toBe(429);
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await problem(last)).toMatchObject({ code: "too_many_attempts" });
  address = "192.0.2.200";
  expect((await send("token=nonsense")).status).toBe(200);
});

test("while the database is away the answer is 503 and not 200", async () => {
  await db.takeAway();
  const response = await send(`token=${generateToken()}`);
  expect(response.status).toBe(503);
});
