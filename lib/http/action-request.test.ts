import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { assertActionRequest } from "@/lib/http/action-request";

const { encodeReply } = createRequire(import.meta.url)("next/dist/compiled/react-server-dom-turbopack/client.node") as {
  encodeReply(value: unknown, options: object): Promise<string>;
};

const ofPages = { "Next-Action": "4".repeat(42), "Content-Type": "text/plain;charset=UTF-8" };

function call(body: BodyInit, headers: Record<string, string> = ofPages): Promise<void> {
  return assertActionRequest(new Request("https://flows.example/keys", { method: "POST", headers, body }));
}

const shared = ["192.0.2.0/24"];

test.each([
  [],
  [undefined],
  [{ name: "$5 a day", note: "$", expiresAt: new Date(0), limit: undefined, ratio: Number.NaN, of: [-0, null] }],
  [{ allowed: shared, before: shared, deep: { again: shared } }],
])("what React makes of a page's input is let through: %j", async (...inputs) => {
  await call(await encodeReply(inputs, { temporaryReferences: new Map() }));
});

test.each([
  ...["", "{", "5", "null", '"$0"', "[1,2]", '["$1"]', '["$@0"]', '["$F1"]', '["$h1"]', '["$K1"]', '["$n9"]'],
  ...['[{"a":"$1:__proto__:then"}]', '[{"a":"$0:0:b"}]', '[{"a":"$0:0:then"}]', '[{"__proto__":{"isAdmin":true}}]'],
  ...['[{"a":{"b":"$undefine"}}]', `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
])("what none of our pages sends is refused with 400, before React reads it: %s", async (body) => {
  await expect(call(body)).rejects.toMatchObject({ code: "invalid_request", status: 400 });
});

test.each(["", "x", "4".repeat(41), `${"4".repeat(42)}, ${"5".repeat(42)}`])(
  "what is no action's id is refused: %s",
  async (id) => {
    await expect(call("[]", { ...ofPages, "Next-Action": id })).rejects.toMatchObject({ code: "invalid_request" });
  },
);

test("an input in parts, or of another kind, is refused: files, maps and promises reach no action", async () => {
  const refused = { code: "unsupported_media_type", status: 415 };
  const form = new FormData();
  form.set("0", '["$K1"]');
  const parts = new Response(form).headers.get("content-type") as string;
  await expect(call(form, { ...ofPages, "Content-Type": parts })).rejects.toMatchObject(refused);
  await expect(call(form, { "Content-Type": parts })).rejects.toMatchObject(refused);
  await expect(call("[]", { ...ofPages, "Content-Type": "application/json" })).rejects.toMatchObject(refused);
});

test("an input that React would not read to its end is refused: too long, too deep", async () => {
  await expect(call(`${"[".repeat(20_000)}${"]".repeat(20_000)}`)).rejects.toMatchObject({ status: 400 });
  await expect(call(JSON.stringify(["x".repeat(1_000_000)]))).rejects.toMatchObject({ status: 413 });
});

test.each([
  [{ origin: "https://elsewhere.example", host: "flows.example" }, "refused"],
  [{ origin: "null", host: "flows.example" }, "refused"],
  [{ origin: "none", host: "flows.example" }, "refused"],
  [{ origin: "https://flows.example", host: "inside:3000" }, "refused"],
  [
    { origin: "https://flows.example", host: "inside:3000", "x-forwarded-host": "flows.example, inside" },
    "let through",
  ],
  [{ origin: "https://flows.example", host: "flows.example" }, "let through"],
  [{ host: "flows.example" }, "let through"],
])("a call that says %j is %s, as Next has it", async (headers, what) => {
  const answer = call("[]", { ...ofPages, ...headers });
  if (what === "refused") await expect(answer).rejects.toMatchObject({ code: "forbidden" });
  else await answer;
});

test("what is no call of an action is none of its business", async () => {
  await call("{", { "Content-Type": "application/json" });
});
