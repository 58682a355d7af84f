import { expect, test } from "vitest";
import {
  composeAnswer,
  inWords,
  isFollowUp,
  notFoundAnswer,
  selectPassages,
  toSources,
} from "@/lib/engines/knowledge/compose";
import type { FoundPassage } from "@/lib/engines/knowledge/search";

const passage = (score: number, rest: Partial<FoundPassage> = {}): FoundPassage => ({
  document: "guide.md",
  heading: "Guide › Keys",
  content: `Text of ${score}.`,
  score,
  coverage: 1,
  contextCoverage: 1,
  ...rest,
});
const all = () => true;

test("passages far behind the best are left out", () => {
  expect(selectPassages([passage(10), passage(9), passage(3)], all, 5).map(({ score }) => score)).toEqual([10, 9]);
});

test("a passage that does not fit is no measure for the others", () => {
  const found = [passage(10, { coverage: 0.1 }), passage(4), passage(3)];
  const chosen = selectPassages(found, ({ coverage }) => coverage >= 0.5, 5);
  expect(chosen.map(({ score }) => score)).toEqual([4, 3]);
});

test("an answer has at most as many passages as asked for", () => {
  expect(selectPassages([passage(3), passage(3), passage(3)], all, 2)).toHaveLength(2);
  expect(selectPassages([], all, 2)).toEqual([]);
});

test("each passage is followed by its headings and document", () => {
  const answer = composeAnswer([passage(2), passage(1, { heading: "", document: "my_notes.txt" })]);
  expect(answer).toBe("Text of 2.\n\n— *Guide › Keys* (guide.md)\n\nText of 1.\n\n— my\\_notes.txt");
});

test("marks in a heading or document name are shown as they are", () => {
  expect(composeAnswer([passage(1, { heading: "a*b <img>", document: "[x](y).md" })])).toContain(
    "— *a\\*b \\<img\\>* (\\[x\\](y).md)",
  );
});

test("sources carry the passage, its document, heading, place and score", () => {
  expect(toSources([passage(1.23456)])).toEqual([
    {
      pageContent: "Text of 1.23456.",
      metadata: { source: "guide.md", heading: "Guide › Keys", passage: 1, score: 1.235 },
    },
  ]);
});

test("the pieces of an answer are the answer", () => {
  for (const text of [
    "",
    " ",
    "one",
    "a  b\n\nc\td e f g ",
    "\n\nlead",
    "```\n  indented  code\n```\n",
    "x".repeat(5000),
  ]) {
    expect([...inWords(text)].join("").trim()).toBe(text.trim());
  }
  expect([...inWords("a  b\n\nc\td e")]).toEqual(["a  b\n\nc\t", "d e"]);
});

test("without documents the answer says that, and not that nothing was found", () => {
  expect(notFoundAnswer(0)).toMatch(/no documents yet/);
  expect(notFoundAnswer(7)).toMatch(/could not find/);
});

test("a question that points back is told from one that stands alone", () => {
  for (const question of ["And how do I delete it?", "What about viewers?", "does that cost anything", "so?"]) {
    expect(isFollowUp(question), question).toBe(true);
  }
  for (const question of ["How do I delete a key?", "Andorra holidays", "Which items are listed?"]) {
    expect(isFollowUp(question), question).toBe(false);
  }
});
