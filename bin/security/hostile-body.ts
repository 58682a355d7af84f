import fc from "fast-check";
import { nasty } from "./nasty.ts";

/** A body, how it is announced, and what it says it is. */
export interface HostileBody {
  type: string;
  framing: string[];
  bytes: Buffer;
  /** Whether more was announced than there is. */
  isCut: boolean;
}

const fields = [
  "question",
  "chatId",
  "sessionId",
  "streaming",
  "history",
  "overrideConfig",
  "uploads",
  "model",
  "messages",
];
const others = ["input", "store", "method", "params", "jsonrpc", "id", "token", "leadEmail", "name", "1_$ACTION_ID_0"];

const anyValue = fc.oneof(
  nasty,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(1e308, -1, 0.1, Number.MAX_SAFE_INTEGER, null, true, [], {}),
);

/** JSON.stringify has no way to write these. */
const rawJson = fc.constantFrom(
  ...["{", "[", "nul", '{"question":', '{"question":1e400}', '{"question":"\\ud800"}', '{"a":1,"a":2}', "\ufeff{}"],
  ...['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"x":1}}}', `{"question":${"9".repeat(2_000)}}`],
  ...[
    `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
    `{"question":"${"x".repeat(200_000)}"}`,
    '{"question":"a\\u0000b"}',
  ],
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  // In what is written again: as the question, or as what an engine is told.
  ...["form", "humanInput", "overrideConfig", "uploads", "input", "params", "id"].map(
    (name) => `{"jsonrpc":"2.0","method":"tools/call","${name}":{"vars":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`,
  ),
);

const json = fc
  .array(fc.tuple(fc.constantFrom(...fields, ...others, "__proto__"), anyValue), { maxLength: 6 })
  .map(
    (entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`,
  );

const partOf = (about: string, text: string) => `--x\r\nContent-Disposition: form-data; ${about}\r\n\r\n${text}\r\n`;
const part = fc
  .tuple(nasty, nasty, nasty)
  .map(([name, file, text]) => partOf(`name="${name}"; filename="${file}"`, text));

/** What React's replies are made of: references to other parts, to what objects inherit, to actions. */
const replies = fc.constantFrom(
  ...['["$undefined"]', '["$K1"]', '["$F1"]', '["$h1"]', '["$@0"]', '["$B0"]', '["$Q1","$W1","$i1"]', '"$0"', "null"],
  ...['["$n9x"]', '["$Dnever"]', '["$1:__proto__:then"]', '"$1:constructor:constructor"', '[{"id":"$0:0"}]', "[[]]"],
  ...['{"id":"00","bound":"$@1"}', '[{"name":"$0:0:then"}]', `[${"1,".repeat(1_500)}1]`, '[{"a":[],"b":"$0:0:a"}]'],
  '{"then":"$1:__proto__:then","status":"resolved_model","value":"{\\"then\\":\\"$B0\\"}"}',
);
const replyParts = fc
  .array(
    fc.tuple(
      fc.constantFrom("0", "1", "1_$ACTION_ID_00", "$ACTION_REF_1", "$ACTION_1:0", "$ACTION_KEY", "__proto__"),
      replies,
    ),
    { maxLength: 4 },
  )
  .map((all) => all.map(([name, text]) => partOf(`name="${name}"`, text)).join(""));

const contents = fc.oneof(
  fc.tuple(fc.constant("application/json"), fc.oneof(json, rawJson, fc.json({ maxDepth: 4 }))),
  fc.tuple(
    fc.constant("multipart/form-data; boundary=x"),
    fc
      .tuple(
        fc.oneof(
          fc.array(part, { maxLength: 4 }).map((all) => all.join("")),
          replyParts,
        ),
        fc.constantFrom("--x--\r\n", "--x", ""),
      )
      .map(([all, end]) => all + end),
  ),
  fc.tuple(
    fc.constant("application/x-www-form-urlencoded"),
    fc.tuple(nasty, nasty).map(([a, b]) => `${a}=${b}`),
  ),
  // What a page sends when it runs a server action.
  fc.tuple(
    fc.constant("text/plain;charset=UTF-8"),
    fc.oneof(
      fc.array(anyValue, { maxLength: 3 }).map((all) => JSON.stringify(all)),
      json.map((input) => `[${input}]`),
      replies,
      nasty,
    ),
  ),
);

type Framing = (bytes: Buffer) => Pick<HostileBody, "framing" | "bytes" | "isCut">;
const length = (bytes: Buffer) => `Content-Length: ${bytes.length}`;
const chunked = "Transfer-Encoding: chunked";
const inChunks = (bytes: Buffer) =>
  Buffer.from(`${bytes.length.toString(16)}\r\n${bytes.toString("latin1")}\r\n0\r\n\r\n`, "latin1");

const whole: Framing = (bytes) => ({ framing: [length(bytes)], bytes, isCut: false });
const framings: Framing[] = [
  (bytes) => ({
    framing: [chunked],
    bytes: bytes.length > 0 ? inChunks(bytes) : Buffer.from("0\r\n\r\n"),
    isCut: false,
  }),
  (bytes) => ({ framing: [`Content-Length: ${bytes.length + 100}`], bytes, isCut: true }),
  (bytes) => ({ framing: [chunked], bytes: inChunks(bytes).subarray(0, -5), isCut: true }),
  () => ({ framing: [chunked], bytes: Buffer.from("zz\r\nnonsense\r\n"), isCut: true }),
  (bytes) => ({ framing: [chunked, length(bytes)], bytes: inChunks(bytes), isCut: true }),
  (bytes) => ({ framing: [length(bytes), "Content-Length: 1"], bytes, isCut: true }),
  (bytes) => ({ framing: ["Content-Length: -1"], bytes, isCut: true }),
  (bytes) => ({ framing: ["Content-Length: 99999999999999999999"], bytes, isCut: true }),
  (bytes) => ({ framing: [], bytes, isCut: true }),
];

const inputFields = [
  ...["id", "ids", "name", "chatflowId", "apiKeyId", "providerId", "limits", "expiresAt", "addresses", "scopes"],
  ...["email", "password", "role", "engine", "kind", "baseUrl", "apiKey", "search", "cursor", "version", "days"],
];

/** A call of a server action as a page makes it, but for its input; `ids` are of rows that are there. */
export function actionInput(ids: string[]): fc.Arbitrary<string> {
  const value = fc.oneof(
    anyValue,
    fc.constantFrom(...ids),
    fc.array(fc.oneof(fc.constantFrom(...ids), anyValue), { maxLength: 3 }),
  );
  const input = fc.array(fc.tuple(fc.constantFrom(...inputFields), value), { maxLength: 8 }).map(Object.fromEntries);
  return fc
    .oneof({ weight: 4, arbitrary: input }, value)
    .map((one) =>
      JSON.stringify([one], (_, inner) => (typeof inner === "string" ? inner.replace(/^\$/, "$$$$") : inner)),
    );
}

export const hostileBody: fc.Arbitrary<HostileBody> = fc
  .tuple(
    contents,
    fc.oneof({ weight: 4, arbitrary: fc.constant(whole) }, { weight: 1, arbitrary: fc.constantFrom(...framings) }),
  )
  .map(([[type, text], frame]) => ({ type, ...frame(Buffer.from(text)) }));
