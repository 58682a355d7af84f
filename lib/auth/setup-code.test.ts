import { expect, test } from "vitest";
import { isSetupCode, setupCode } from "@/lib/auth/setup-code";

test("the setup code is the same each time, so that every instance knows it", () => {
  expect(setupCode()).toBe(setupCode());
  expect(setupCode()).toMatch(/^[a-z2-7]{26}$/);
});

test("only the setup code is the setup code", () => {
  expect(isSetupCode(` ${setupCode()} `)).toBe(true);
  expect(isSetupCode(setupCode().slice(1))).toBe(false);
  expect(isSetupCode("")).toBe(false);
});
