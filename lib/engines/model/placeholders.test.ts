import { expect, test } from "vitest";
import { placeholdersIn } from "@/lib/engines/model/placeholders";
import { fillIn } from "@/lib/engines/model/variables";

test("the names found in a prompt are those that are filled in, each once", () => {
  const prompt = "{{b}} {{ a }} {{b}} {{1}} {{a b}} { {c} } {{}} {{_x9}} {{{d}}}";
  const names = placeholdersIn(prompt);
  expect(names).toEqual(["b", "a", "_x9", "d"]);
  const filled = fillIn(prompt, new Map(names.map((name) => [name, "!"])));
  expect(placeholdersIn(filled)).toEqual([]);
  expect(filled).toBe("! ! ! {{1}} {{a b}} { {c} } {{}} ! {!}");
});

test("a prompt can be looked through again and again", () => {
  expect([placeholdersIn("{{a}}"), placeholdersIn("{{a}}")]).toEqual([["a"], ["a"]]);
});
