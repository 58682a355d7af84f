import { type Block, markdownSections, paragraphs } from "@/lib/engines/knowledge/markdown";

/** A part of a document small enough to be an answer. */
export interface PassageText {
  /** Headings that lead to it, outermost first, joined by " › "; "" where there is none. */
  heading: string;
  content: string;
}

/** Characters up to which blocks of one section share a passage, and beyond which prose is cut. */
const passageMax = 1200;
/** A cut in prose keeps at least this much before it. */
const passageMin = 600;
/** A fenced block is one passage up to this size; Postgres indexes no text beyond 1 MB. */
const codeMax = 6000;

/**
 * Cuts a document into passages: Markdown by its headings, then by blocks; plain text by
 * paragraphs. Code blocks stay whole, lists where they fit. Time grows with the length alone,
 * whatever the text is made of.
 */
export function splitIntoPassages(text: string, mediaType: "text/markdown" | "text/plain"): PassageText[] {
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const sections =
    mediaType === "text/markdown" ? markdownSections(clean) : [{ heading: "", blocks: paragraphs(clean) }];
  const passages = sections.flatMap(({ heading, blocks }) => pack(blocks).map((content) => ({ heading, content })));
  if (passages.length > 0) return passages;
  // Of front matter alone, for example.
  return pack(paragraphs(clean)).map((content) => ({ heading: "", content }));
}

/** Fills passages with whole blocks, in order. */
function pack(blocks: Block[]): string[] {
  const passages: string[] = [];
  let open: string[] = [];
  let size = 0;
  const close = () => {
    if (open.length > 0) passages.push(open.join("\n\n"));
    open = [];
    size = 0;
  };
  for (const piece of blocks.flatMap(cutToSize)) {
    if (size > 0 && size + piece.length > passageMax) {
      // "Send this request:" belongs to the request.
      const lead = open.length > 1 && open.at(-1)?.endsWith(":") ? open.pop() : undefined;
      close();
      if (lead) {
        open.push(lead);
        size = lead.length;
      }
    }
    open.push(piece);
    size += piece.length + 2;
  }
  close();
  return passages;
}

function cutToSize(block: Block): string[] {
  if (block.kind === "code") return cutCode(block.text);
  if (block.text.length <= passageMax) return [block.text];
  return block.kind === "list" ? cutList(block.text) : cutProse(block.text);
}

/** An over-long fenced block, cut between lines; each part is fenced again. */
function cutCode(text: string): string[] {
  if (text.length <= codeMax) return [text];
  const lines = text.split("\n");
  const opening = lines[0] ?? "```";
  const closing = /^ {0,3}(`{3,}|~{3,})/.exec(opening)?.[1] ?? "```";
  const inner = lines.slice(1, lines.at(-1)?.trim() === closing ? -1 : undefined);
  const parts = groupLines(
    inner.flatMap((line) => (line.length > codeMax ? cutProse(line) : [line])),
    codeMax,
  );
  return parts.map((part) => `${opening}\n${part}\n${closing}`);
}

/** An over-long list, cut between its outermost items. */
function cutList(text: string): string[] {
  const items = text.split(/\n(?=(?:[-*+]|\d{1,9}[.)])\s)/);
  return groupLines(
    items.flatMap((item) => (item.length > passageMax ? cutProse(item) : [item])),
    passageMax,
  );
}

function groupLines(lines: string[], max: number): string[] {
  const groups: string[] = [];
  let open: string[] = [];
  let size = 0;
  for (const line of lines) {
    if (open.length > 0 && size + line.length > max) {
      groups.push(open.join("\n"));
      open = [];
      size = 0;
    }
    open.push(line);
    size += line.length + 1;
  }
  if (open.length > 0) groups.push(open.join("\n"));
  return groups.filter((group) => group.trim() !== "");
}

/** Prose that is too long, cut after a sentence, else at a space, else between two characters. */
function cutProse(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > passageMax) {
    const end = start + cutPlace(text.slice(start, start + passageMax + 1));
    parts.push(text.slice(start, end).trim());
    start = end;
  }
  parts.push(text.slice(start).trim());
  return parts.filter((part) => part !== "");
}

/** Where to cut a window of `passageMax` characters and the one after. */
function cutPlace(window: string): number {
  let sentence = 0;
  for (const { index, 0: end } of window.matchAll(/[.!?…][)"'”’»\]]*\s|[。！？]|\n/gu)) sentence = index + end.length;
  if (sentence >= passageMin) return sentence;
  const space = window.search(/\s\S*$/u);
  if (space >= passageMin) return space + 1;
  return characterBoundary(window);
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The last place where no letter is parted from its accent and no emoji from its other half. */
function characterBoundary(window: string): number {
  return graphemes.segment(window).containing(passageMax)?.index || passageMax;
}
