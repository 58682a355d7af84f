import { expect, test } from "vitest";
import { isUuid } from "@/lib/ids";
import { parsePrediction, questionMaxLength } from "@/lib/predictions/schema";

const question = "Hello?";

test.each<[string, unknown]>([
  ["question", {}],
  ["question", { question: null }],
  ["question", { question: 7 }],
  ["question", { question: "" }],
  ["question", { question: " \n\t" }],
  ["question", { question: "", uploads: [] }],
  ["question", { question: "", uploads: "anything" }],
  ["question", { question: 7, uploads: [{}] }],
  ["question", { question: "x".repeat(questionMaxLength + 1) }],
  ["question", { question: "a\0b" }],
  ["streaming", { question, streaming: "yes" }],
  ["streaming", { question, streaming: 1 }],
  ["chatId", { question, chatId: 5 }],
  ["chatId", { question, chatId: "x".repeat(257) }],
  ["chatId", { question, chatId: "a\nb" }],
  ["sessionId", { question, sessionId: { a: 1 } }],
  ["sessionId", { question, sessionId: "a\u0000b" }],
  ["sessionId", { question, sessionId: "\ud800" }],
  ["history", { question, history: "before" }],
  ["history.0", { question, history: ["before"] }],
  ["history.0", { question, history: [{ role: "userMessage" }] }],
  ["history.0.role", { question, history: [{ role: "system", content: "x" }] }],
  ["history.0.content", { question, history: [{ role: "userMessage", content: 5 }] }],
  ["history.0.content", { question, history: [{ role: "userMessage", content: "a\0b" }] }],
  ["history.0.message", { question, history: [{ type: "apiMessage", message: "a\0b" }] }],
  ["overrideConfig", { question, overrideConfig: "x" }],
  ["overrideConfig.sessionId", { question, overrideConfig: { sessionId: 5 } }],
])("%s is named as what is wrong with %j", (field, body) => {
  expect(() => parsePrediction(body)).toThrow(expect.objectContaining({ code: "invalid_input", field }));
});

test("a question that is missing and one that is no text are told apart", () => {
  expect(() => parsePrediction({})).toThrow("question is required.");
  expect(() => parsePrediction({ question: null })).toThrow("question is required.");
  expect(() => parsePrediction({ question: " " })).toThrow("question cannot be empty.");
  expect(() => parsePrediction({ question: 7 })).toThrow("question must be text.");
});

test.each([undefined, null, "", " \n"])(
  "a question of %j is none where something is uploaded, and a form's words where there is one",
  (none) => {
    const uploads = [{ type: "file", data: "x" }];
    expect(parsePrediction({ question: none, uploads })).toMatchObject({ question: "", inputs: { uploads } });
    expect(parsePrediction({ question: none, form: { size: "L" } }).question).toBe("size: L");
    expect(parsePrediction({ question: none, uploads, form: { size: "L" } }).question).toBe("size: L");
  },
);

test.each([null, [], "text", 5])("a body that is %j is refused", (body) => {
  expect(() => parsePrediction(body)).toThrow(/must be a JSON object with a question/);
});

test("what Flowise's clients send besides is ignored", () => {
  const body = {
    question,
    chatflowId: "x",
    uploads: "anything",
    form: { a: 1 },
    leadEmail: 5,
    action: null,
    humanInput: [],
    overrideConfig: { vars: { a: "b" }, temperature: 2 },
  };
  expect(parsePrediction(body)).toMatchObject({ question, streaming: false, continuesSession: false, history: [] });
});

test.each([true, "true"])("streaming %j is on", (streaming) => {
  expect(parsePrediction({ question, streaming }).streaming).toBe(true);
});
test.each([false, "false", null, undefined])("streaming %j is off", (streaming) => {
  expect(parsePrediction({ question, streaming }).streaming).toBe(false);
});

test.each<[object, string, string]>([
  [{ chatId: "c" }, "c", "c"],
  [{ sessionId: "s", chatId: "c" }, "c", "s"],
  [{ chatId: "c", overrideConfig: { sessionId: "o" } }, "c", "o"],
  [{ overrideConfig: { sessionId: "o" } }, "o", "o"],
  [{ sessionId: "s", overrideConfig: { sessionId: "o" } }, "o", "s"],
  [{ chatId: "", sessionId: null, overrideConfig: { sessionId: "o" } }, "o", "o"],
])("ids of %j", (ids, chatId, sessionId) => {
  expect(parsePrediction({ question, ...ids })).toMatchObject({ chatId, sessionId, continuesSession: true });
});

test("without any id, chat and session are one new UUID each time", () => {
  const [one, two] = [parsePrediction({ question }), parsePrediction({ question, chatId: "" })];
  expect(isUuid(one.chatId) && one.sessionId === one.chatId && !one.continuesSession).toBe(true);
  expect(two.chatId).not.toBe(one.chatId);
});

test("history is read in both shapes, as whole turns", () => {
  const history = [
    { role: "apiMessage", content: "Hi, how can I help?" },
    { role: "userMessage", content: "first" },
    { role: "apiMessage", content: "answer one" },
    { type: "userMessage", message: "second" },
    { type: "apiMessage", message: "answer two" },
    { role: "userMessage", content: "unanswered" },
  ];
  expect(parsePrediction({ question, history }).history).toEqual([
    { question: "first", answer: "answer one" },
    { question: "second", answer: "answer two" },
  ]);
});

test("an earlier message may be longer than a question, whose answer it may be", () => {
  const text = "x".repeat(questionMaxLength + 1);
  const history = [
    { role: "userMessage", content: text },
    { type: "apiMessage", message: `${text}\ud800` },
  ];
  expect(parsePrediction({ question, history }).history).toEqual([{ question: text, answer: `${text}\ufffd` }]);
});

test("half a surrogate pair in a question is replaced, not stored", () => {
  expect(parsePrediction({ question: "a\ud800b" }).question).toBe("a\ufffdb");
});
