import { beforeAll, expect, test } from "vitest";
import * as mcp from "@/app/api/mcp/[chatflowId]/route";
import { refusalReasons } from "@/lib/api-keys/refusals";
import { setAllowedAddresses, setApiKeyLimits } from "@/lib/api-keys/restrictions";
import { createApiKey } from "@/lib/api-keys/service";
import { setChatflowAccess } from "@/lib/chatflows/access";
import { newId } from "@/lib/ids";
import { settleLater } from "@/lib/later";
import { predict, openingQuestion as question, type TestCall } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { createGuardedChatflow } from "@/lib/testing/fixtures";

const db = await testDatabase({ emptyBeforeEach: false });

let chatflowId: string;
/** A token of every state, by the reason it is refused for on the guarded chatflow. */
let tokens: Record<string, string>;
let digests: Buffer[];
/** Reasons that are for operators: a caller is told of each of them that the token is not valid, or not here. */
const hidden = refusalReasons.filter((reason) => /_(token|key)$/.test(reason));

beforeAll(async () => {
  const guarded = await createGuardedChatflow(db);
  const { ctx } = guarded;
  ({ chatflowId } = guarded);
  const made = (name: string) => createApiKey(ctx, { name, chatflowId });
  const ended = async (name: string, endReason: string) => {
    const { id, token } = await made(name);
    await db.prisma.apiKeySecret.updateMany({ where: { apiKeyId: id }, data: { expiresAt: new Date(), endReason } });
    return token;
  };
  const kept = async (name: string, data: object) => {
    const { id, token } = await made(name);
    await db.prisma.apiKey.update({ where: { id }, data });
    return token;
  };
  const [limited, fenced] = [await made("limited"), await made("fenced")];
  await setApiKeyLimits(ctx, { id: limited.id, limits: [{ kind: "quota", per: "month", max: 1 }] });
  await setAllowedAddresses(ctx, { id: fenced.id, allowedAddresses: ["198.51.100.0/24"] });
  tokens = {
    foreign_token: (await createGuardedChatflow(db)).key.token,
    retired_token: await ended("retired", "regenerated"),
    exposed_token: await ended("exposed", "exposed"),
    disabled_key: await kept("disabled", { disabledAt: new Date() }),
    expired_key: await kept("expired", { expiresAt: new Date() }),
    address_not_allowed: fenced.token,
    limit_reached: limited.token,
    other_key: (await createApiKey(ctx, { name: "other" })).token,
    unknown_token: guarded.key.token,
  };
  await setChatflowAccess(ctx, { id: chatflowId, access: { kind: "key", apiKeyId: limited.id } });
  expect((await predict(chatflowId, { token: limited.token })).status).toBe(200);
  digests = (await db.prisma.apiKeySecret.findMany()).map(({ digest }) => Buffer.from(digest));
  await db.prisma.apiKey.delete({ where: { id: guarded.key.id } });
});

/** Whatever of an answer a client could read. */
async function everything(response: Response): Promise<string> {
  return `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
}

async function expectTellsNothing(call: TestCall, id = chatflowId): Promise<void> {
  const body = typeof call.body === "object" ? { question, ...call.body } : (call.body ?? { question });
  for (const accept of ["application/json", "text/event-stream"]) {
    const answer = await everything(await predict(id, { ...call, body, headers: { ...call.headers, Accept: accept } }));
    expect(answer).toMatch(/^[45]\d\d /);
    for (const token of Object.values(tokens)) {
      expect(answer).not.toContain(token.slice(4, -4));
    }
    for (const digest of digests) {
      for (const form of ["hex", "base64", "base64url"] as const) expect(answer).not.toContain(digest.toString(form));
    }
    // Nor what is known of whose it is, and why it is refused.
    expect(answer).not.toMatch(/"(party|lastFour|workspaceId|apiKeyId|digest)"/);
    for (const reason of hidden) expect(answer).not.toContain(reason);
    // Nor where in the code or the database it happened.
    expect(answer).not.toMatch(/select|insert|\bfrom api_key|api_key_secret|relation|column|prisma|postgres|\$\d/i);
    expect(answer).not.toMatch(/node_modules|\.[jt]s:\d|\bat \S+ \(|"stack"|"cause"/);
  }
}

test("no refusal holds a token, a digest, a stack or SQL, for whatever reason (ASVS 16.5.1, LiteLLM 18731)", async () => {
  await expectTellsNothing({ query: `?token=${tokens.limit_reached}` });
  await expectTellsNothing({});
  await expectTellsNothing({ token: `${tokens.limit_reached}x` });
  for (const token of Object.values(tokens)) await expectTellsNothing({ token });
  const { limit_reached: token = "" } = tokens;
  await expectTellsNothing({ token }, newId());
  await db.prisma.chatflow.updateMany({ data: { apiKeyId: null } });
  await expectTellsNothing({ token });
  const sharing = { perAddressPerMinute: 1 };
  await db.prisma.chatflow.update({ where: { id: chatflowId }, data: { isPublic: true, sharing } });
  expect((await predict(chatflowId)).status).toBe(200);
  await expectTellsNothing({});

  const fromElsewhere = new Request("http://localhost/", { method: "POST", headers: { Origin: "https://x.example" } });
  expect((await mcp.POST(fromElsewhere, { params: Promise.resolve({ chatflowId }) })).status).toBe(403);

  await settleLater();
  const rows = await db.prisma.refusedCall.findMany({ select: { reason: true } });
  expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(refusalReasons));
});

test("what is wrong with a body is told without repeating a token in it", async () => {
  const { limit_reached: token = "" } = tokens;
  for (const body of [`{"question": "${token}`, token, JSON.stringify([token])]) {
    await expectTellsNothing({ token, body });
  }
  for (const body of [{ question: { token } }, { streaming: token }, { sessionId: [token] }, { history: token }]) {
    await expectTellsNothing({ token, body });
  }
  await expectTellsNothing({ token, headers: { "Content-Type": `text/${token}` } });
});

test("a statement that fails is told without its SQL", async () => {
  await db.pool.query("ALTER TABLE api_key_secret RENAME TO api_key_secret_away");
  try {
    await expectTellsNothing({ token: tokens.limit_reached as string });
  } finally {
    await db.pool.query("ALTER TABLE api_key_secret_away RENAME TO api_key_secret");
  }
});

// Last: there is no database after it.
test("a database that is away is told as 503, without where it is", async () => {
  await db.takeAway();
  const token = tokens.limit_reached as string;
  expect((await predict(chatflowId, { token })).status).toBe(503);
  await expectTellsNothing({ token });
});
