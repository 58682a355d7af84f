import fc from "fast-check";
import { expect, test } from "vitest";
import { contrast, textOn } from "@/lib/sharing/colour";

test("contrast is WCAG's: 21 of black on white, and the known figure of #767676 on white", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#FFFFFF")).toBeCloseTo(4.54, 2);
});

test("text is readable on any colour that an operator may choose", () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, "0")}`);
  fc.assert(fc.property(colour, (given) => contrast(textOn(given), given) >= 4.5));
});
