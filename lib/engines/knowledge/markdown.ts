/** A part of a document that is cut only when it is too long by itself. */
export interface Block {
  kind: "prose" | "list" | "code";
  text: string;
}

export interface Section {
  /** Headings that lead to it, outermost first, joined by " › ". */
  heading: string;
  blocks: Block[];
}

const headingMaxLength = 120;
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const atxHeading = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const setextUnderline = /^ {0,3}(=+|-+)[ \t]*$/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/;
/** Within a paragraph a line such as "1986. That year" starts no list (CommonMark 5.2). */
const interruptingItem = /^ {0,3}(?:[-*+]|1[.)])[ \t]+\S/;
const indented = /^(?: {2,}|\t)/;

/** Plain text as paragraphs: runs of lines between blank ones. */
export function paragraphs(text: string): Block[] {
  return text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => ({ kind: "prose", text: paragraph }));
}

/** A heading's text as people read it: without closing hashes, link targets and emphasis marks. */
function plainHeading(text: string): string {
  const plain = text
    .replace(/[ \t]#+[ \t]*$/, "")
    .replace(/!?\[([^\][]*)\]\([^()]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...plain.slice(0, 2 * headingMaxLength)];
  return characters.length > headingMaxLength ? `${characters.slice(0, headingMaxLength - 1).join("")}…` : plain;
}

/** Without YAML front matter, which is about the document and not of it. */
function bodyLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines[0]?.trimEnd() !== "---") return lines;
  const end = lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)[ \t]*$/.test(line));
  const isFrontMatter = end > 0 && lines.slice(1, end).every((line) => /^(?:[\w-]+:|\s|#|-\s|$)/.test(line));
  return isFrontMatter ? lines.slice(end + 1) : lines;
}

/**
 * Markdown (CommonMark's block structure, as far as passages need it) as sections, each with the
 * path of headings that leads to it.
 */
export function markdownSections(text: string): Section[] {
  const reader = new SectionReader();
  for (const line of bodyLines(text)) reader.take(line);
  return reader.end();
}

class SectionReader {
  private readonly sections: Section[] = [];
  private readonly path: string[] = [];
  private blocks: Block[] = [];
  private kind: Block["kind"] = "prose";
  private lines: string[] = [];
  /** The marker that would close the open fenced block. */
  private openFence: string | null = null;

  take(line: string): void {
    if (this.openFence !== null) {
      this.takeCode(line, this.openFence);
      return;
    }
    const opening = fence.exec(line);
    // A backtick in the info string makes it inline code (CommonMark 4.5).
    if (opening?.[1] && !(opening[1].startsWith("`") && opening[2]?.includes("`"))) {
      this.closeBlock();
      this.kind = "code";
      this.openFence = opening[1];
      this.lines.push(line);
      return;
    }
    const heading = atxHeading.exec(line);
    if (heading?.[1]) {
      this.closeBlock();
      this.openSection(heading[1].length, heading[2] ?? "");
      return;
    }
    const underline = setextUnderline.exec(line)?.[1];
    if (underline && this.kind === "prose" && this.lines.length > 0) {
      const title = this.lines.splice(0).join(" ");
      this.openSection(underline.startsWith("=") ? 1 : 2, title);
      return;
    }
    this.takeText(line);
  }

  end(): Section[] {
    this.closeSection();
    return this.sections;
  }

  private takeCode(line: string, marker: string): void {
    this.lines.push(line);
    const closing = fence.exec(line);
    if (closing?.[1]?.startsWith(marker) && closing[2]?.trim() === "") {
      this.openFence = null;
      this.closeBlock();
    }
  }

  private takeText(line: string): void {
    const isBlank = line.trim() === "";
    if (this.kind === "list" && this.lines.length > 0) {
      const endedItem = this.lines.at(-1)?.trim() === "";
      // After a blank line only another item or an indented line continues the list.
      if (isBlank || !endedItem || listItem.test(line) || indented.test(line)) {
        this.lines.push(line);
        return;
      }
      this.closeBlock();
    }
    if (isBlank) {
      this.closeBlock();
      return;
    }
    const startsList = this.lines.length > 0 ? interruptingItem.test(line) : listItem.test(line);
    if (startsList) {
      this.closeBlock();
      this.kind = "list";
    }
    this.lines.push(line);
  }

  private closeBlock(): void {
    const text = this.lines.join("\n").trimEnd();
    if (text !== "") this.blocks.push({ kind: this.kind, text });
    this.lines = [];
    this.kind = "prose";
  }

  private openSection(level: number, title: string): void {
    const isDeeper = level > this.path.length;
    this.closeSection(isDeeper);
    this.path.length = Math.min(this.path.length, level - 1);
    while (this.path.length < level - 1) this.path.push("");
    const heading = plainHeading(title);
    this.path.push(heading);
    // What a heading is too long to show is still part of the text.
    if (heading.endsWith("…")) this.blocks.push({ kind: "prose", text: title.trim() });
  }

  /** @param hasParts whether sections below it follow, which carry its heading on */
  private closeSection(hasParts = false): void {
    this.closeBlock();
    const own = this.path.at(-1);
    if (this.blocks.length === 0 && own && !hasParts) this.blocks.push({ kind: "prose", text: own });
    if (this.blocks.length > 0) {
      this.sections.push({ heading: this.path.filter((part) => part !== "").join(" › "), blocks: this.blocks });
    }
    this.blocks = [];
  }
}
