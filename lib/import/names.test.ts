import fc from "fast-check";
import { expect, test } from "vitest";
import { freeName, tidyName } from "@/lib/import/names";
import { foldName, nameSchema } from "@/lib/names";
import { flowiseToken } from "@/lib/testing/flowise-token";

test("whatever Flowise allowed for a name becomes one that is allowed here, and one that is allowed stays", () => {
  const check = nameSchema("The name");
  const given = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 40 }));
  fc.assert(
    fc.property(given, (name) => {
      const tidied = tidyName(name, "Flowise key");
      expect(check.parse(tidied)).toBe(tidied);
      const { success, data } = check.safeParse(name);
      if (success) expect(tidied).toBe(data);
    }),
  );
});

test.each([
  ["", "Flowise key"],
  [" \t\n", "Flowise key"],
  [flowiseToken(), "Flowise key"],
  ["a\nb\u202Ec\0d", "a b c d"],
  [" Website ", "Website"],
  ["x".repeat(5_000), "x".repeat(64)],
  ["😀".repeat(100), "😀".repeat(64)],
])("%j is called %j", (given, expected) => {
  expect(tidyName(given, "Flowise key")).toBe(expected);
});

test("a taken name gets a mark, whatever its case, and stays within its length", () => {
  const taken = new Set(["website", "website (flowise)", "x".repeat(64)].map(foldName));
  expect(freeName("Shop", taken)).toBe("Shop");
  expect(freeName("WEBSITE", taken)).toBe("WEBSITE (Flowise 2)");
  expect(freeName("x".repeat(64), taken)).toBe(`${"x".repeat(54)} (Flowise)`);
});
