import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitIntoPassages } from "@/lib/engines/knowledge/passages";

const markdown = (text: string) => splitIntoPassages(text, "text/markdown");
const plain = (text: string) => splitIntoPassages(text, "text/plain");
const contents = (text: string) => markdown(text).map(({ content }) => content);

const sentence = "The workshop opens at nine and closes at five on weekdays. ";

describe("headings", () => {
  test("lead to their passages as a path", () => {
    expect(markdown("# Guide\n\nHello.\n\n## Keys ##\n\nA.\n\n### Rotation\nB.\n\n## Flows\nC.")).toEqual([
      { heading: "Guide", content: "Hello." },
      { heading: "Guide › Keys", content: "A." },
      { heading: "Guide › Keys › Rotation", content: "B." },
      { heading: "Guide › Flows", content: "C." },
    ]);
  });

  test("may be underlined, skip levels and hold marks and links", () => {
    expect(markdown("Guide\n=====\nA.\n\nThe *big* `key`\n---\nB.\n\n#### See [here](https://x.example)\nC.")).toEqual([
      { heading: "Guide", content: "A." },
      { heading: "Guide › The big key", content: "B." },
      { heading: "Guide › The big key › See here", content: "C." },
    ]);
  });

  test("inside a code block are code", () => {
    expect(markdown("# A\n\n```sh\n# not a heading\nls\n```")).toEqual([
      { heading: "A", content: "```sh\n# not a heading\nls\n```" },
    ]);
  });

  test("too long to show stay searchable as text", () => {
    const title = `Word ${"word ".repeat(60)}end`;
    const [passage] = markdown(`# ${title}\n\nText.`);
    expect(passage?.heading.length).toBeLessThanOrEqual(120);
    expect(passage?.content).toContain(title);
  });

  test("alone still make a passage", () => {
    expect(markdown("# Only\n## Headings\n## Here\n# End")).toEqual([
      { heading: "Only › Headings", content: "Headings" },
      { heading: "Only › Here", content: "Here" },
      { heading: "End", content: "End" },
    ]);
  });
});

describe("sizes", () => {
  test("short paragraphs of a section share a passage, long sections are cut between paragraphs", () => {
    const paragraph = sentence.repeat(6).trim();
    const parts = contents(`# A\n\n${Array(6).fill(paragraph).join("\n\n")}`);
    expect(parts).toHaveLength(2);
    for (const part of parts) for (const piece of part.split("\n\n")) expect(piece).toBe(paragraph);
  });

  test("a long paragraph is cut after a sentence", () => {
    const parts = contents(sentence.repeat(60));
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part).toMatch(/weekdays\.$/);
      expect(part.length).toBeLessThanOrEqual(1200);
    }
  });

  test("a code block longer than a passage stays whole", () => {
    const code = `\`\`\`js\n${"call();\n\n".repeat(300)}\`\`\``;
    expect(contents(`Before.\n\n${code}\n\nAfter.`)).toContain(code);
  });

  test("an enormous code block is cut between lines, each part fenced", () => {
    const parts = contents(`~~~~text\n${"a line of output\n".repeat(3000)}~~~~`);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^~~~~text\n(?:a line of output\n)+~~~~$/);
  });

  test("a list is cut between items", () => {
    const item = `- ${sentence.repeat(5).trim()}`;
    for (const part of contents(Array(20).fill(item).join("\n"))) {
      for (const line of part.split("\n")) expect(line).toBe(item);
    }
  });

  test("a sentence that announces a block stays with it", () => {
    const filler = sentence.repeat(17).trim();
    const code = `\`\`\`sh\n${"run this command\n".repeat(20)}\`\`\``;
    expect(contents(`${filler}\n\nRun this:\n\n${code}`).at(-1)).toBe(`Run this:\n\n${code}`);
  });

  test("no emoji is cut in two", () => {
    const family = "👨‍👩‍👧‍👦";
    for (const { content } of plain(family.repeat(1000))) expect(content.replaceAll(family, "")).toBe("");
  });
});

describe("input as it comes", () => {
  test("byte order mark, Windows and old Mac line ends change nothing", () => {
    const text = "# A\n\nOne.\n\n- x\n- y\n";
    expect(markdown(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toEqual(markdown(text));
    expect(markdown(text.replaceAll("\n", "\r"))).toEqual(markdown(text));
  });

  test("front matter is left out, a rule at the top is not", () => {
    expect(contents("---\ntitle: A\ntags:\n  - b\n---\nText.")).toEqual(["Text."]);
    expect(contents("---\nText without front matter.\n")[0]).toContain("Text without front matter.");
  });

  test("a year at the start of a line begins no list", () => {
    expect(contents("It was\n1986. A fine year.")).toEqual(["It was\n1986. A fine year."]);
  });

  test("in plain text a hash is a hash", () => {
    expect(plain("# One\n\nTwo")).toEqual([{ heading: "", content: "# One\n\nTwo" }]);
  });

  test("no letter is lost, whatever the text", () => {
    const piece = fc.constantFrom(
      "# H\n",
      "para one. ",
      "\n",
      "\n\n",
      "- item\n",
      "1. x\n",
      "```\n",
      "~~~\n",
      "  in\n",
      "===\n",
      "é",
      "🙂",
      "\t",
      "word ".repeat(300),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        const found = new Set(
          markdown(text).flatMap(({ heading, content }) => `${heading} ${content}`.match(/[\p{L}🙂]+/gu) ?? []),
        );
        for (const word of text.match(/[\p{L}🙂]+/gu) ?? [])
          expect([...found].some((part) => part.includes(word))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  const size = 2 * 1024 * 1024;
  const filled = (part: string) => part.repeat(Math.ceil(size / part.length)).slice(0, size);
  test.each([
    ["one line without a space", "x"],
    ["one line of sentences", sentence],
    ["spaces", " "],
    ["a word, then spaces", `a${" ".repeat(size - 2)}b`],
    ["blank lines", "\n \n"],
    ["list items", "- item\n"],
    ["an open code block", "```\ncode\n"],
    ["hashes", "# # #### "],
    ["brackets", "[a](b [c]("],
    ["family emoji", "👨‍👩‍👧‍👦"],
  ])("2 MB of %s are cut, nothing lost", { timeout: 60_000 }, (_, part) => {
    // Work that grew with the square of the length would not end within the time-out.
    for (const cut of [markdown(filled(part)), plain(filled(part))]) expect(Array.isArray(cut)).toBe(true);
  });
});
