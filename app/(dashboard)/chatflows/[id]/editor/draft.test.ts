import { expect, test } from "vitest";
import { engineConfigSchema, knowledgeConfigSchema, modelConfigSchema } from "@/lib/engines/config";
import { changedLabels, draftOf, engineOf, isSame } from "./draft";

const providerId = "01890000-0000-7000-8000-000000000001";
const knowledge = knowledgeConfigSchema.parse({ kind: "knowledge" });
const model = modelConfigSchema.parse({
  kind: "model",
  providerId,
  model: "small",
  variables: [{ name: "customer", default: "Ada" }],
});

const flowise = engineConfigSchema.parse({ kind: "flowise", providerId, flowId: "f-1", flowName: "Support" });

test.each([knowledge, model, flowise])("$kind: what was saved is what is sent back", (engine) => {
  const draft = draftOf({ name: "Support", engine });
  expect(draft.name).toBe("Support");
  expect(engineOf(draft)).toEqual(engine);
  expect(isSame(draft, draftOf({ name: "Support", engine }))).toBe(true);
});

test("an engine that is chosen anew begins with the schema's defaults", () => {
  const toModel = { ...draftOf({ name: "Support", engine: knowledge }), kind: "model" as const };
  const given = { providerId, model: "small" };
  expect({ ...engineOf(toModel), ...given }).toEqual(modelConfigSchema.parse({ kind: "model", ...given }));
  const toKnowledge = { ...draftOf({ name: "Support", engine: model }), kind: "knowledge" as const };
  expect(engineOf(toKnowledge)).toEqual(knowledge);
  const toFlowise = { ...draftOf({ name: "Support", engine: model }), kind: "flowise" as const };
  expect({ ...engineOf(toFlowise), providerId, flowId: "f-1", flowName: "Support" }).toEqual(flowise);
});

test("an empty number is the provider's own default where there is one, and an error where there is none", () => {
  const draft = draftOf({ name: "Support", engine: model });
  const emptied = engineOf({ ...draft, model: { ...draft.model, temperature: "", maxOutputTokens: "" } });
  expect(modelConfigSchema.parse(emptied)).toMatchObject({ temperature: null, maxOutputTokens: null });
  const withoutMemory = engineOf({ ...draft, model: { ...draft.model, memoryTurns: "" } });
  expect(modelConfigSchema.safeParse(withoutMemory).error?.issues[0]?.path).toEqual(["memoryTurns"]);
});

test("a draft differs by any of its fields, and only by those of its engine", () => {
  const draft = draftOf({ name: "Support", engine: model });
  expect(isSame(draft, { ...draft, name: "Help" })).toBe(false);
  expect(isSame(draft, { ...draft, model: { ...draft.model, variables: [] } })).toBe(false);
  expect(isSame(draft, { ...draft, knowledge: { ...draft.knowledge, maxPassages: 1 } })).toBe(true);
});

test("what somebody else changed is named in the form's words", () => {
  const before = { name: "Support", engine: model };
  const after = { name: "Help", engine: { ...model, systemPrompt: "Be kind.", temperature: 1 } };
  expect(changedLabels(before, after)).toEqual(["Name", "System prompt", "Temperature"]);
  expect(changedLabels(before, { name: "Support", engine: knowledge })).toEqual(["Engine"]);
  expect(changedLabels(before, before)).toEqual([]);
  const flow = { name: "Support", engine: flowise };
  const another = { ...flow, engine: { ...flowise, flowId: "f-2", flowName: "Sales", passHistory: true } };
  expect(changedLabels(flow, another as typeof flow)).toEqual(["Flow", "History"]);
});
