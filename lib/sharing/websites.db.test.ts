import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as attachments from "@/app/api/v1/attachments/[chatflowId]/[chatId]/route";
import { createApiKey } from "@/lib/api-keys/service";
import { newId } from "@/lib/ids";
import { setSharing } from "@/lib/sharing/service";
import { openingQuestion } from "@/lib/testing/call";
import { statementsOf } from "@/lib/testing/count-statements";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow, createPublicChatflow } from "@/lib/testing/fixtures";
import { serveRoutes } from "@/lib/testing/serve-routes";

const db = await testDatabase({ emptyBeforeEach: false });
const server = await serveRoutes();
afterAll(() => server.close());

const allowed = "https://www.example.com";
const elsewhere = "https://elsewhere.example";
let guarded: Awaited<ReturnType<typeof createGuardedChatflow>>;
let open: Awaited<ReturnType<typeof createPublicChatflow>>;
let anybodys: Awaited<ReturnType<typeof createPublicChatflow>>;
let feedbackId: string;

type Fields = Record<string, string>;
interface Sent {
  method?: string;
  headers?: Fields;
  body?: unknown;
}

/** As a page of this origin sends it; null for a client that is no browser. */
const send = (origin: string | null, path: string, { method = "GET", headers, body }: Sent = {}) =>
  fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: {
      ...(origin && { Origin: origin }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control")));

const question = openingQuestion;
const ask = (chatflowId: string, headers: Fields = {}, origin: string | null = allowed) =>
  send(origin, `prediction/${chatflowId}`, { method: "POST", headers, body: { question } });

beforeAll(async () => {
  [guarded, open, anybodys] = [
    await createGuardedChatflow(db),
    await createPublicChatflow(db),
    await createPublicChatflow(db),
  ];
  const sharing = { allowedOrigins: [allowed], feedback: true, leads: { enabled: true, phone: false } };
  for (const { ctx, chatflowId } of [guarded, open]) await setSharing(ctx, { chatflowId, version: 1, sharing });
  await setSharing(anybodys.ctx, { chatflowId: anybodys.chatflowId, version: 1, sharing: { allowedOrigins: ["*"] } });
  const { chatMessageId: messageId } = (await (await ask(open.chatflowId)).json()) as { chatMessageId: string };
  const given = await send(null, `feedback/${open.chatflowId}`, {
    method: "POST",
    body: { messageId, rating: "THUMBS_UP" },
  });
  feedbackId = ((await given.json()) as { id: string }).id;
});

const badCredentials: Fields[] = [{}, { Authorization: "Bearer nonsense" }];

/** Every path the widget calls, with the verb it calls it with. */
const paths: [method: string, path: () => string][] = [
  ["GET", () => `chatflows-streaming/${open.chatflowId}`],
  ["GET", () => `public-chatbotConfig/${open.chatflowId}`],
  ["POST", () => `prediction/${open.chatflowId}`],
  ["POST", () => `feedback/${open.chatflowId}`],
  ["PUT", () => `feedback/${feedbackId}`],
  ["PUT", () => `chatmessage/abort/${open.chatflowId}/chat-1`],
];

describe.each(paths)("%s %o", (method, path) => {
  const preflight = (origin: string) =>
    send(origin, path(), {
      method: "OPTIONS",
      headers: { "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,x-page" },
    });

  test("a listed website may call it, after one statement at most; another is not named", async () => {
    let granted: Response | undefined;
    const statements = await statementsOf(async () => {
      granted = await preflight(allowed);
    });
    expect(statements.length).toBe(1);
    expect(granted?.status).toBe(204);
    expect(corsOf(granted as Response)).toMatchObject({
      "access-control-allow-origin": allowed,
      "access-control-allow-methods": expect.stringContaining(method),
      "access-control-allow-headers": "authorization,x-page",
    });
    for (const origin of [
      elsewhere,
      "https://example.com",
      "http://www.example.com",
      `${allowed}.evil.example`,
      "null",
    ]) {
      const refused = await preflight(origin);
      expect([origin, corsOf(refused), refused.headers.get("vary")]).toEqual([origin, {}, "Origin"]);
    }
  });

  test("answers and refusals name the website that asked, if it is listed, and vary by it", async () => {
    const body = method === "GET" ? {} : { body: { question: "" } };
    for (const headers of badCredentials) {
      const answer = await send(allowed, path(), { method, headers, ...body });
      expect(answer.headers.get("access-control-allow-origin"), String(answer.status)).toBe(allowed);
      const other = await send(elsewhere, path(), { method, headers, ...body });
      expect([corsOf(other), other.headers.get("vary")]).toEqual([{}, "Origin"]);
    }
  });
});

test("every website may call a chatflow that lists *, and none one that lists nothing or is not there", async () => {
  const named = async (id: string) => corsOf(await ask(id, {}, elsewhere))["access-control-allow-origin"];
  expect(await named(anybodys.chatflowId)).toBe("*");
  expect(await named((await createPublicChatflow(db)).chatflowId)).toBeUndefined();
  expect([await named(newId()), await named("no-uuid")]).toEqual([undefined, undefined]);
});

test("a website that is taken off the list is not named in the next answer", async () => {
  const { ctx, chatflowId } = await createPublicChatflow(db);
  await setSharing(ctx, { chatflowId, version: 1, sharing: { allowedOrigins: [allowed] } });
  expect(corsOf(await ask(chatflowId))).toHaveProperty("access-control-allow-origin", allowed);
  await setSharing(ctx, { chatflowId, version: 2, sharing: {} });
  expect(corsOf(await ask(chatflowId))).toEqual({});
});

test("a page of a listed website that sends a token is answered, still in two statements", async () => {
  const statements = await statementsOf(async () => {
    const answer = await ask(guarded.chatflowId, { Authorization: `Bearer ${guarded.key.token}` });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, allowed]);
    await answer.text();
  });
  // One for the engine's own search.
  expect(statements.length).toBe(3);
});

test.each(badCredentials)(
  "a page that sends %j to a guarded chatflow reads a sentence, as the widget shows it",
  async (headers) => {
    const answer = await ask(guarded.chatflowId, { ...headers, Accept: "text/event-stream" });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([401, allowed]);
    expect(await answer.text()).toMatch(/^[A-Z][^{}]+\.$/);
  },
);

describe("what the widget is told beforehand", () => {
  const config = async (chatflowId: string, headers: Fields = {}) => {
    const answer = await send(allowed, `public-chatbotConfig/${chatflowId}`, { headers });
    return { status: answer.status, text: await answer.text() };
  };

  test("of a public chatflow is what its visitors are to see", async () => {
    const { ctx, chatflowId } = await createPublicChatflow(db);
    const leads = { enabled: true, title: "Who are you?", name: true, email: false, phone: false, success: "Thanks." };
    const sharing = { starterPrompts: ["When do you open?"], feedback: true, leads };
    await setSharing(ctx, { chatflowId, version: 1, sharing });
    expect(JSON.parse((await config(chatflowId)).text)).toEqual({
      starterPrompts: { "0": { prompt: "When do you open?" } },
      chatFeedback: { status: true },
      leads: { status: true, title: "Who are you?", name: true, email: false, phone: false, successMessage: "Thanks." },
      uploads: expect.objectContaining({ isImageUploadAllowed: false, imgUploadSizeAndTypes: [] }),
      followUpPrompts: { status: false },
      fullFileUpload: { status: false },
      isTTSEnabled: false,
    });
  });

  test("of a guarded or closed one is the same whatever it is, unless a token that it accepts is shown", async () => {
    const sharing = {
      starterPrompts: ["What is the margin?"],
      title: "Board",
      welcome: "Hello, board.",
      feedback: true,
    };
    const { ctx, chatflowId, key } = await createGuardedChatflow(db);
    const closed = await createGuardedChatflow(db);
    const before = (await config(chatflowId)).text;
    await setSharing(ctx, { chatflowId, version: 1, sharing });
    await db.prisma.chatflow.update({ where: { id: closed.chatflowId }, data: { apiKeyId: null } });
    expect((await config(chatflowId)).text).toBe(before);
    expect((await config(closed.chatflowId)).text).toBe(before);
    expect(before).not.toMatch(/prompt"|title|Support|model|memory/i);
    const shown = await config(chatflowId, { Authorization: `Bearer ${key.token}` });
    expect(JSON.parse(shown.text)).toMatchObject({ starterPrompts: { "0": { prompt: "What is the margin?" } } });
    expect((await config(chatflowId, { Authorization: `Bearer ${closed.key.token}` })).status).toBe(401);
    expect([(await config(newId())).status, (await config("x")).status]).toEqual([404, 404]);
  });
});

describe("feedback", () => {
  const give = (id: string, body: unknown, headers: Fields = {}, method = "POST") =>
    send(allowed, `feedback/${id}`, { method, headers, body });
  const answered = async (chatflowId: string, headers: Fields = {}) =>
    ((await (await ask(chatflowId, headers)).json()) as { chatMessageId: string }).chatMessageId;

  test("is given once for an answer, commented on, and changed", async () => {
    const { chatflowId } = open;
    const messageId = await answered(chatflowId);
    const first = (await (await give(chatflowId, { messageId, rating: "THUMBS_UP", content: "" })).json()) as {
      id: string;
    };
    expect(first).toMatchObject({ chatflowid: chatflowId, messageId, rating: "THUMBS_UP", content: "" });
    const commented = await give(first.id, { content: " Just right. " }, {}, "PUT");
    expect(await commented.json()).toMatchObject({ id: first.id, rating: "THUMBS_UP", content: "Just right." });
    const second = await (await give(chatflowId, { messageId, rating: "THUMBS_DOWN" })).json();
    expect(second).toMatchObject({ id: first.id, rating: "THUMBS_DOWN" });
    expect(await db.prisma.feedback.count({ where: { predictionId: messageId } })).toBe(1);
  });

  test("is for the caller's own answers of that chatflow: another key's, chatflow's or nobody's is not found", async () => {
    const token = { Authorization: `Bearer ${guarded.key.token}` };
    const [own, publics] = [await answered(guarded.chatflowId, token), await answered(open.chatflowId)];
    const rate = async (id: string, messageId: string, headers: Fields = {}) =>
      (await give(id, { messageId, rating: "THUMBS_UP" }, headers)).status;
    expect(await rate(guarded.chatflowId, own)).toBe(401);
    expect(await rate(guarded.chatflowId, own, { Authorization: "Bearer nonsense" })).toBe(401);
    expect(await rate(open.chatflowId, own)).toBe(404);
    expect(await rate(guarded.chatflowId, publics, token)).toBe(404);
    expect(await rate(open.chatflowId, newId())).toBe(404);
    expect(await db.prisma.feedback.count({ where: { predictionId: { in: [own, publics] } } })).toBe(0);
    expect(await rate(guarded.chatflowId, own, token)).toBe(200);
    const { id } = await db.prisma.feedback.findUniqueOrThrow({ where: { predictionId: own } });
    const further = await createApiKey(guarded.ctx, {
      name: "Further",
      chatflowId: guarded.chatflowId,
      isFurtherKey: true,
    });
    const others = { Authorization: `Bearer ${further.token}` };
    expect(await rate(guarded.chatflowId, own, others)).toBe(404);
    expect((await give(id, { content: "Not mine" }, others, "PUT")).status).toBe(404);
    for (const headers of badCredentials) {
      expect((await give(id, { content: "Not mine" }, headers, "PUT")).status).toBe(401);
    }
    expect((await give(newId(), { content: "Nobody's" }, {}, "PUT")).status).toBe(404);
  });

  test.each([
    [{ rating: "THUMBS_UP" }, "messageId"],
    [{ messageId: newId(), rating: "GOOD" }, "rating"],
    [{ messageId: newId(), rating: "THUMBS_UP", content: "x".repeat(4_001) }, "content"],
  ])("%j is refused, naming the field", async (body, field) => {
    const answer = await give(open.chatflowId, body);
    expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ field })]);
  });

  test("is refused where nobody asked for it", async () => {
    const messageId = await answered(anybodys.chatflowId);
    expect((await give(anybodys.chatflowId, { messageId, rating: "THUMBS_UP" })).status).toBe(403);
  });
});

describe("leads", () => {
  const tell = (body: object, origin: string | null = allowed, headers: Fields = {}) =>
    send(origin, "leads/", {
      method: "POST",
      headers,
      body: { chatflowid: open.chatflowId, chatId: "chat-1", ...body },
    });
  const preflight = (origin: string) =>
    send(origin, "leads/", { method: "OPTIONS", headers: { "Access-Control-Request-Method": "POST" } });

  test("are kept: what is asked for, and nothing else", async () => {
    const answer = await tell({ name: "Ada\nL.", email: "ada@example.com", phone: "+49 30 1", other: "x" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe(allowed);
    expect(await answer.json()).toMatchObject({
      chatId: "chat-1",
      name: "Ada L.",
      email: "ada@example.com",
      phone: null,
    });
    expect(
      await db.prisma.lead.findMany({ select: { name: true, email: true, phone: true, chatflowId: true } }),
    ).toEqual([{ name: "Ada L.", email: "ada@example.com", phone: null, chatflowId: open.chatflowId }]);
  });

  test("a browser may ask for any listed website; what is sent to a chatflow that does not list it is refused", async () => {
    const other = await createPublicChatflow(db);
    const sharing = { allowedOrigins: ["https://other.example"], leads: { enabled: true } };
    await setSharing(other.ctx, { chatflowId: other.chatflowId, version: 1, sharing });
    expect(corsOf(await preflight("https://other.example"))).toHaveProperty("access-control-allow-origin");
    await db.prisma.chatflow.delete({ where: { id: anybodys.chatflowId } });
    expect(corsOf(await preflight(elsewhere))).toEqual({});
    const before = await db.prisma.lead.count();
    const refused = await tell({ name: "Eve" }, "https://other.example");
    expect([refused.status, corsOf(refused)]).toEqual([403, {}]);
    expect(await db.prisma.lead.count()).toBe(before);
    expect((await tell({ name: "Curl" }, null)).status).toBe(200);
  });

  test.each([
    [{ name: "", email: "" }, undefined],
    [{ email: "nobody" }, "email"],
    [{ chatId: "", name: "Ada" }, "chatId"],
    [{ name: "x".repeat(321) }, "name"],
  ])("%j is refused", async (body, field) => {
    const answer = await tell(body);
    expect([answer.status, ((await answer.json()) as { field?: string }).field]).toEqual([422, field]);
  });

  test("of a guarded chatflow need its token, and of one that asks for none are refused", async () => {
    const { chatflowId: chatflowid, key } = guarded;
    expect((await tell({ chatflowid, name: "Ada" })).status).toBe(401);
    expect((await tell({ chatflowid, name: "Ada" }, allowed, { Authorization: `Bearer ${key.token}` })).status).toBe(
      200,
    );
    const { chatflowId } = await createPublicChatflow(db);
    expect((await tell({ chatflowid: chatflowId, name: "Ada" }, null)).status).toBe(403);
  });
});

test("files are refused beforehand in a sentence, to whoever may call the chatflow", async () => {
  const post = async (chatflowId: string) => {
    const request = new Request(`http://localhost/api/v1/attachments/${chatflowId}/chat-1`, {
      method: "POST",
      headers: { Origin: allowed },
    });
    return await attachments.POST(request, { params: Promise.resolve({ chatflowId, chatId: "chat-1" }) });
  };
  const refused = await post(open.chatflowId);
  expect([refused.status, await refused.json()]).toEqual([
    422,
    expect.objectContaining({ message: "This chatflow takes no files." }),
  ]);
  expect(refused.headers.get("access-control-allow-origin")).toBe(allowed);
  expect((await post(guarded.chatflowId)).status).toBe(401);
});
