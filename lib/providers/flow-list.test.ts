import { afterAll, expect, test } from "vitest";
import { toAppError } from "@/lib/errors";
import { fetchFlows } from "@/lib/providers/flow-list";
import { type FlowiseListReply, startFlowiseServer } from "@/lib/testing/flowise-server";

const flowise = await startFlowiseServer();
afterAll(() => flowise.close());
const apiKey = flowise.apiKeys[0]?.apiKey ?? null;

test.each(["", "/api/v1"])("a Flowise server lists its flows by name, its address given with “%s”", async (path) => {
  const flows = await fetchFlows({ baseUrl: `${flowise.url}${path}`, apiKey });
  expect(flows.map(({ name }) => name)).toEqual(["Guarded", "Research", "Support"]);
  expect(Object.keys(flows[0] ?? {})).toEqual(["id", "name"]);
});

const page = "<!doctype html><title>Welcome</title>";

test.each<[string, FlowiseListReply[], string, RegExp]>([
  ["a key that is not its own", [], "apiKey", /refused the API key \(401\)/],
  ["Flowise’s 500 “Unauthorized”", [{ status: 500, body: { message: "Unauthorized" } }], "apiKey", /refused .*\(500\)/],
  ["a key without the permission", [{ status: 403 }], "apiKey", /does not allow .*\(403\)/],
  ["too many requests", [{ status: 429 }], "baseUrl", /no more requests/],
  ["an error of its own", [{ status: 502, body: page }], "baseUrl", /error of its own \(502\)/],
  ["no such path", [{ status: 404 }], "baseUrl", /no list of flows .*\(404\)/],
  ["a page", [{ status: 200, body: page, headers: { "Content-Type": "text/html" } }], "baseUrl", /not as Flowise/],
  ["another list", [{ status: 200, body: { data: [] } }], "baseUrl", /no list of flows/],
  ["a redirect", [{ status: 302, headers: { Location: "https://example.com/" } }], "baseUrl", /not followed/],
  ["far too much", [{ bytes: 65 * 1_048_576 }], "baseUrl", /not as Flowise/],
])("%s is told in a sentence beside its field", async (_, replies, field, message) => {
  flowise.replyToList(...replies);
  const error = toAppError(await fetchFlows({ baseUrl: flowise.url, apiKey: "wrong-key" }).catch((thrown) => thrown));
  expect(error).toMatchObject({ code: "upstream_failed", field, message: expect.stringMatching(message) });
  expect(error.message).not.toContain("wrong-key");
});

test("a server that is slower than the limit is told to be", async () => {
  flowise.replyToList("hang");
  await expect(fetchFlows({ baseUrl: flowise.url, apiKey }, 50)).rejects.toMatchObject({ code: "upstream_timeout" });
});
