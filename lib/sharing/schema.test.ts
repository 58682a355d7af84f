import { expect, test } from "vitest";
import { allowedOriginsSchema } from "@/lib/sharing/origins";
import { sharingSchema } from "@/lib/sharing/schema";

const problemOf = (input: unknown) => {
  const issue = sharingSchema.safeParse(input).error?.issues[0];
  return issue && [issue.path.join("."), issue.message];
};

test("nothing set is every default: no website, 30 calls a minute and address, nothing collected", () => {
  expect(sharingSchema.parse({})).toEqual({
    allowedOrigins: [],
    perAddressPerMinute: 30,
    ...{ title: "", welcome: "", colour: "", avatarUrl: "", starterPrompts: [], feedback: false },
    leads: { enabled: false, title: "", name: true, email: true, phone: false, success: "" },
  });
});

test.each([
  ["https://www.example.com", "https://www.example.com"],
  ["  HTTPS://WWW.Example.COM/ ", "https://www.example.com"],
  ["https://www.example.com:443", "https://www.example.com"],
  ["http://localhost:5173", "http://localhost:5173"],
  ["https://bücher.example", "https://xn--bcher-kva.example"],
  ["http://[::1]:8080", "http://[::1]:8080"],
])("%s is kept as a browser sends it, %s", (given, kept) => {
  expect(allowedOriginsSchema.parse([given])).toEqual([kept]);
});

test.each([
  ...["www.example.com", "https://www.example.com/shop", "https://a@example.com", "https://example.com?x", "null"],
  ...["ftp://example.com", "https:example.com", "https://*.example.com", "https://exa mple.com", "https://", ""],
  ...["https://example.com:99999", "https:\\\\example.com"],
])("“%s” is refused as a website, with the way to write one", (given) => {
  expect(problemOf({ allowedOrigins: ["https://a.example", given] })).toEqual([
    "allowedOrigins.1",
    expect.stringContaining("Write it like https://www.example.com"),
  ]);
});

test("of one website written twice one is kept, and * stands alone", () => {
  expect(allowedOriginsSchema.parse(["https://a.example", "https://A.example/"])).toEqual(["https://a.example"]);
  expect(allowedOriginsSchema.parse(["https://a.example", " * "])).toEqual(["*"]);
});

test.each([
  [{ perAddressPerMinute: 0 }, "perAddressPerMinute"],
  [{ perAddressPerMinute: 1.5 }, "perAddressPerMinute"],
  [{ title: "x".repeat(81) }, "title"],
  [{ welcome: "x".repeat(1_001) }, "welcome"],
  [{ colour: "red" }, "colour"],
  [{ avatarUrl: "http://example.com/a.png" }, "avatarUrl"],
  [{ avatarUrl: "javascript:alert(1)" }, "avatarUrl"],
  [{ starterPrompts: ["What is it?", "  "] }, "starterPrompts.1"],
  [{ starterPrompts: Array.from({ length: 9 }, String) }, "starterPrompts"],
  [{ leads: { enabled: true, name: false, email: false } }, "leads.enabled"],
  [{ allowedOrigins: "*" }, "allowedOrigins"],
])("%j is refused, naming the field, in a sentence", (input, field) => {
  expect(problemOf(input)).toEqual([field, expect.stringMatching(/^[A-Z].{10,}\.$/)]);
});

test("texts are trimmed, and counted as people count", () => {
  expect(sharingSchema.parse({ title: ` ${"🚲".repeat(80)}\0 `, colour: "#3B82F6" })).toMatchObject({
    title: "🚲".repeat(80),
    colour: "#3b82f6",
  });
});
