import { beforeAll, describe, expect, test } from "vitest";
import { seedGuideChatflow } from "@/lib/chatflows/seed";
import type { Context } from "@/lib/context";
import type { EngineRequest, Turn } from "@/lib/engines/engine";
import { knowledgeEngine } from "@/lib/engines/knowledge/knowledge";
import { searchPassages } from "@/lib/engines/knowledge/search";
import { publicCredentialId } from "@/lib/ids";
import { testDatabase } from "@/lib/testing/database";
import { systemContext } from "@/lib/testing/fixtures";

const db = await testDatabase({ emptyBeforeEach: false });
let ctx: Context;
let chatflowId: string;

beforeAll(async () => {
  ctx = await systemContext(db);
  chatflowId = (await seedGuideChatflow(ctx))?.id ?? "";
});

/** Real questions, in people's words, and the section of docs/guide each must find. */
const questions: [question: string, document: string, heading: string][] = [
  ["I lost my token, what now?", "api-keys.md", "If you lost a token"],
  ["How do I rotate a key?", "api-keys.md", "Regenerate a key"],
  ["Can I see the token again later?", "api-keys.md", "The token is shown once"],
  ["What happens to chatflows when I delete a key?", "api-keys.md", "Delete a key"],
  ["Somebody leaked our token, what should I do?", "api-keys.md", "A token leaked"],
  ["Does renaming a key change its token?", "api-keys.md", "Rename a key"],
  ["How can I search for a key by its last four characters?", "api-keys.md", "Search and sort keys"],
  ["Which files can I upload as documents?", "chatflows.md", "Add documents"],
  ["How do I let anybody call a chatflow without a key?", "chatflows.md", "Make a chatflow public"],
  ["How do I assign a key to a chatflow?", "chatflows.md", "Assign a key to a chatflow"],
  ["How large may a document be?", "chatflows.md", "Add documents"],
  ["What if two people edit the same chatflow?", "chatflows.md", "Two people edit one chatflow"],
  ["How are documents split into passages?", "chatflows.md", "How documents are cut into passages"],
  ["How do I stream the answer?", "calling-a-chatflow.md", "Stream the answer with server-sent events"],
  ["What does error 401 mean?", "calling-a-chatflow.md", "Errors and status codes"],
  ["How do I call a chatflow from Python?", "calling-a-chatflow.md", "Call it from Python"],
  ["Does flowise-sdk work?", "calling-a-chatflow.md", "Call it with flowise-sdk"],
  ["How do I continue a conversation?", "calling-a-chatflow.md", "Keep a conversation going"],
  ["create a user on the command line", "command-line.md", "Create an account on the command line"],
  ["How do I get JSON output in a script?", "command-line.md", "Output for scripts"],
  ["Where is my data stored?", "running.md", "Where the data is"],
  ["How do I make a backup?", "running.md", "Back up and restore the data"],
  ["Can I use my own Postgres database?", "running.md", "Use your own Postgres"],
  ["How do I change the port?", "running.md", "Port and address"],
  ["Is there a health check for my load balancer?", "running.md", "Health checks"],
  ["How quickly is a revoked key refused?", "security.md", "How fast a revocation takes effect"],
  ["What may a viewer do?", "security.md", "Roles and what they may do"],
  ["How are passwords stored?", "security.md", "Passwords"],
  ["How do I rotate the pepper?", "security.md", "Rotate the pepper"],
  ["How do I create the first account?", "getting-started.md", "Create the first account"],
];

/** Questions that the guide does not answer, some of them in its own words. */
const unrelated = [
  "What is the capital of France?",
  "How do I bake sourdough bread?",
  "Who won the football world cup in 1998?",
  "What is the weather in Lisbon tomorrow?",
  "Can you write a poem about autumn leaves?",
  "How much does the enterprise plan cost per month?",
  "Which vaccine do I need for a trip to Kenya?",
  "How do I train a neural network on images?",
  "How do I connect a Slack channel?",
  "Which phone number do I call for support in Germany?",
  "Can I pay by invoice or credit card?",
  "How do I install Kubernetes on a Raspberry Pi?",
  "What is the recipe for tomato soup?",
];

function search(question: string, context?: string) {
  const { workspaceId } = ctx.actor;
  return searchPassages(db, { workspaceId, chatflowId, question, limit: 3, ...(context && { context }) });
}

function asked(question: string): Omit<EngineRequest, "signal"> {
  const { workspaceId } = ctx.actor;
  const conversation = { credentialId: publicCredentialId, sessionId: "s", chatId: "s" };
  const nothing = { turns: [], conversation, streaming: true, provider: null, inputs: {} };
  return { db, workspaceId, chatflowId, hasDocuments: true, question, ...nothing, requestId: "test-request" };
}

async function ask(question: string, turns: Turn[] = [], maxPassages = 3) {
  const engine = knowledgeEngine({ kind: "knowledge", memoryTurns: 3, maxPassages });
  const { signal } = new AbortController();
  let text = "";
  const headings: string[] = [];
  for await (const event of engine.answer({ ...asked(question), turns, signal })) {
    if (event.type === "token") text += event.text;
    if (event.type === "sources") headings.push(...event.sources.map(({ metadata }) => String(metadata.heading)));
  }
  return { text, headings };
}

const isFound = async ([question, document, heading]: (typeof questions)[number]) => {
  const { found } = await search(question);
  return found.some((passage) => passage.document === document && passage.heading.endsWith(heading));
};

describe("over the project's own guide", () => {
  test("at least nine of ten questions find their passage among the first three", async () => {
    const missed: string[] = [];
    for (const question of questions) if (!(await isFound(question))) missed.push(question[0]);
    expect(missed.length / questions.length, `missed: ${missed.join(" | ")}`).toBeLessThanOrEqual(0.1);
  });

  test("at least nine of ten questions get an answer that holds their passage", async () => {
    const missed: string[] = [];
    for (const [question, , heading] of questions) {
      const { headings } = await ask(question);
      if (!headings.some((path) => path.endsWith(heading))) missed.push(question);
    }
    expect(missed.length / questions.length, `missed: ${missed.join(" | ")}`).toBeLessThanOrEqual(0.1);
  });

  test.each(unrelated)("an unrelated question is not answered: %s", async (question) => {
    const { text, headings } = await ask(question);
    expect(text).toMatch(/could not find/);
    expect(headings).toEqual([]);
  });
});

describe("an answer", () => {
  test("to an exact question is one passage, followed by where it is from", async () => {
    const { text, headings } = await ask("I lost my token, what now?");
    expect(headings).toEqual(["API keys › If you lost a token"]);
    expect(text).toMatch(/^A lost token cannot be recovered\./);
    expect(text).toMatch(/\n\n— \*API keys › If you lost a token\* \(api-keys\.md\)$/);
  });

  test("has at most as many passages as the chatflow allows", async () => {
    expect((await ask("How do I assign a key to a chatflow?", [], 5)).headings.length).toBeGreaterThan(1);
    expect((await ask("How do I assign a key to a chatflow?", [], 1)).headings).toHaveLength(1);
  });

  test("comes in pieces of a few words, before its sources", async () => {
    const engine = knowledgeEngine({ kind: "knowledge", memoryTurns: 0, maxPassages: 1 });
    const request = asked("I lost my token");
    const types: string[] = [];
    for await (const event of engine.answer({ ...request, signal: new AbortController().signal })) {
      types.push(event.type);
      if (event.type === "token") expect(event.text.trim().split(/\s+/).length).toBeLessThanOrEqual(3);
    }
    expect(types.filter((type) => type === "token").length).toBeGreaterThan(5);
    expect(types.at(-1)).toBe("sources");
    expect(types.filter((type) => type === "sources")).toHaveLength(1);
  });

  test("stops where its caller hangs up, without sources", async () => {
    const engine = knowledgeEngine({ kind: "knowledge", memoryTurns: 0, maxPassages: 1 });
    const caller = new AbortController();
    const request = asked("I lost my token");
    const types: string[] = [];
    for await (const event of engine.answer({ ...request, signal: caller.signal })) {
      types.push(event.type);
      if (types.length === 2) caller.abort();
    }
    expect(types).toEqual(["token", "token"]);
  });
});

describe("a follow-up", () => {
  const turn = (question: string): Turn => ({ question, answer: "…" });

  test("is understood with the question before it", async () => {
    const alone = await ask("And how do I delete it?", [turn("What is a chatflow?")]);
    expect(alone.headings[0]).toBe("Chatflows › Delete a chatflow");
    const ofKey = await ask("And how do I delete it?", [turn("Can I see an API key's token again?")]);
    expect(ofKey.headings[0]).toBe("API keys › Delete a key");
  });

  test("on something else is not answered with the old subject", async () => {
    const { text } = await ask("And what is the capital of France?", [turn("How do I rotate the pepper?")]);
    expect(text).toMatch(/could not find/);
  });
});

describe("a question is data", () => {
  test.each([
    "' OR 1=1 --",
    "\\' | & ! <-> :* ()",
    "it's O'Neil's \"token\" \\ ''",
    "key & !token | (lost",
    // The parser keeps the quote inside the word.
    "see http://x.example/a'b",
    "$1 %s \u0000 \ud800",
    "👨‍👩‍👧‍👦 🏳️‍🌈",
    `${"lost token ".repeat(50_000)}`,
    Array.from({ length: 5_000 }, (_, n) => `word${n}`).join(" "),
  ])("whatever it holds: %.20s", async (question) => {
    await expect(search(question)).resolves.toHaveProperty("passageCount");
  });

  test.each(["the of and", "How do I?", "?!", "   "])("of stop words alone fits nothing: %s", async (question) => {
    expect((await search(question)).found).toEqual([]);
    expect((await ask(question)).text).toMatch(/could not find/);
  });
});

test("a chatflow of another workspace is not searched", async () => {
  const { found, passageCount } = await searchPassages(db, {
    workspaceId: (await systemContext(db)).actor.workspaceId,
    chatflowId,
    question: "lost token",
    limit: 3,
  });
  expect({ found, passageCount }).toEqual({ found: [], passageCount: 0 });
});
