import { expect, test } from "vitest";
import { readFlowiseData, readFlowiseFiles } from "@/lib/import/flowise-data";
import { flowiseApiKey, flowiseChatflow } from "@/lib/testing/flowise-data";

const key = flowiseApiKey("Website");
const flow = flowiseChatflow("Support", { apikeyid: key.id });
const readKey = { id: key.id, name: "Website", token: key.apiKey };
const readFlow = { id: flow.id, name: "Support", keyId: key.id };

test("what Flowise lists is read, keys and flows, and of each only what is needed", () => {
  expect(readFlowiseData([[key], [flow]])).toEqual({ keys: [readKey], flows: [readFlow], unread: 0 });
  expect(readFlowiseData([{ apikeys: [key], chatflows: [flow] }])).toEqual(readFlowiseData([[key, flow]]));
  const open = flowiseChatflow("Support", { apikeyid: "" });
  expect(readFlowiseData([[open]])?.flows).toEqual([{ ...readFlow, keyId: null }]);
});

test("Flowise's export, which does not tell a flow's key, is read beside the list that does", () => {
  const { id, name, flowData, type } = flow;
  const file = {
    ChatFlow: [{ id, name, flowData, type }],
    AgentFlowV2: [],
    Tool: [{ id: "tool", name: "Calculator" }],
  };
  expect(readFlowiseData([file])).toEqual({ keys: [], flows: [{ ...readFlow, keyId: undefined }], unread: 0 });
  for (const documents of [
    [file, [flow]],
    [[flow], file],
  ]) {
    expect(readFlowiseData(documents)?.flows).toEqual([readFlow]);
  }
});

test("entries that are neither are counted, and a document that has nothing else is refused", () => {
  expect(readFlowiseData([[key, 7, null, { apiKey: 7 }, { id: "x" }]])).toMatchObject({ keys: [readKey], unread: 4 });
  expect(readFlowiseData([[]])).toEqual({ keys: [], flows: [], unread: 0 });
  for (const other of [null, 7, "text", {}, { data: [] }, [1, 2], [{ id: "a", object: "model" }]]) {
    expect(readFlowiseData([other])).toBeNull();
  }
});

test("a file that is no JSON is told apart from one that is, whatever its length", () => {
  expect(() => readFlowiseFiles(["x".repeat(5_000_000)])).toThrow(SyntaxError);
  expect(readFlowiseFiles([`"${"x".repeat(5_000_000)}"`])).toBeNull();
  expect(readFlowiseFiles([`\uFEFF${JSON.stringify([key])}`])?.keys).toEqual([readKey]);
});
