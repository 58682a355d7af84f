import { expect, test } from "vitest";
import { engineConfigSchema, type FlowiseConfig, type ModelConfig } from "@/lib/engines/config";

const least = { kind: "model" as const, providerId: "0192f0c1-0000-7000-8000-000000000001", model: "small" };

function problem(change: object): { field: string; message: string } | null {
  const issue = engineConfigSchema.safeParse({ ...least, ...change }).error?.issues[0];
  return issue ? { field: issue.path.join("."), message: issue.message } : null;
}

test("a provider and a model are enough: the rest has defaults", () => {
  expect(engineConfigSchema.parse({ ...least, model: "  small " })).toEqual({
    ...least,
    systemPrompt: "",
    variables: [],
    temperature: null,
    maxOutputTokens: null,
    memoryTurns: 3,
    grounding: true,
    maxPassages: 4,
    allowImages: false,
    firstTokenTimeoutSeconds: 30,
    answerTimeoutSeconds: 120,
  } satisfies ModelConfig);
});

test.each<[string, object, string, RegExp]>([
  ["no provider", { providerId: "" }, "providerId", /^Choose a provider\.$/],
  ["no model", { model: "  " }, "model", /^Choose a model\.$/],
  ["a long model name", { model: "m".repeat(201) }, "model", /at most 200 characters/],
  ["a line break in the model name", { model: "a\nb" }, "model", /line breaks/],
  ["a long system prompt", { systemPrompt: "x".repeat(20_001) }, "systemPrompt", /at most 20,000 characters/],
  ["too hot", { temperature: 2.1 }, "temperature", /from 0 to 2/],
  ["no output", { maxOutputTokens: 0 }, "maxOutputTokens", /from 1 to 128,000/],
  ["too many passages", { maxPassages: 11 }, "maxPassages", /from 1 to 10/],
  ["too much memory", { memoryTurns: 21 }, "memoryTurns", /from 0 to 20/],
  ["no time at all", { firstTokenTimeoutSeconds: 0 }, "firstTokenTimeoutSeconds", /from 1 to 300/],
  ["a first token after the end", { firstTokenTimeoutSeconds: 121 }, "firstTokenTimeoutSeconds", /cannot be longer/],
  ["a variable without a name", { variables: [{ name: " " }] }, "variables.0.name", /needs a name/],
  ["a variable that is no identifier", { variables: [{ name: "a-b" }] }, "variables.0.name", /letters, digits/],
  ["a variable twice", { variables: [{ name: "a" }, { name: "a" }] }, "variables.1.name", /two variables named “a”/],
  ["a long default", { variables: [{ name: "a", default: "x".repeat(4_001) }] }, "variables.0.default", /4,000/],
  [
    "too many variables",
    { variables: Array.from({ length: 21 }, (_, n) => ({ name: `v${n}` })) },
    "variables",
    /at most 20 variables/,
  ],
  ["another kind", { kind: "magic" }, "kind", /knowledge, model or flowise/],
])("%s is refused with a sentence beside its field", (_, change, field, message) => {
  expect(problem(change)).toEqual({ field, message: expect.stringMatching(message) });
});

const flow = { kind: "flowise" as const, providerId: least.providerId, flowId: "8c5f-4b_1" };

test("a server and a flow are enough, and nothing but the question is passed on", () => {
  expect(engineConfigSchema.parse({ ...flow, flowId: " 8c5f-4b_1 " })).toEqual({
    ...flow,
    flowName: "",
    memoryTurns: 0,
    passOverrides: false,
    passUploads: false,
    passHistory: false,
    firstTokenTimeoutSeconds: 60,
    answerTimeoutSeconds: 180,
  } satisfies FlowiseConfig);
});

test.each<[string, object, string, RegExp]>([
  ["no server", { providerId: "" }, "providerId", /Flowise server/],
  ["no flow", { flowId: " " }, "flowId", /^Choose a flow\.$/],
  ["a way out of the address", { flowId: "../apikey" }, "flowId", /letters, digits/],
  ["a long id", { flowId: "f".repeat(201) }, "flowId", /at most 200/],
  ["memory of ours", { memoryTurns: 1 }, "memoryTurns", /must be 0/],
  ["a first token after the end", { firstTokenTimeoutSeconds: 200 }, "firstTokenTimeoutSeconds", /cannot be longer/],
])("of a flow, %s is refused with a sentence beside its field", (_, change, field, message) => {
  const issues = engineConfigSchema.safeParse({ ...flow, ...change }).error?.issues;
  expect(issues?.map((issue) => [issue.path.join("."), issue.message])).toEqual([
    [field, expect.stringMatching(message)],
  ]);
});

test("what no provider could read is made readable", () => {
  expect(engineConfigSchema.parse({ ...least, systemPrompt: "half \ud800" })).toMatchObject({
    systemPrompt: "half \ufffd",
  });
  expect(problem({ systemPrompt: "a\0" })?.message).toMatch(/NUL/);
});
