import { expect, test } from "vitest";
import { foldName } from "@/lib/names";

test("names that differ by case or compatibility form only are one", () => {
  expect(foldName("Ａcme")).toBe(foldName("ACME"));
});
