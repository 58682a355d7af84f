// Loaded in a worker by plain Node: nothing here may be imported through "@/".
import rehypeParse from "rehype-parse";
import rehypeRemark from "rehype-remark";
import remarkGfm from "remark-gfm";
import remarkStringify from "remark-stringify";
import { unified } from "unified";

const parser = unified().use(rehypeParse);
type Root = ReturnType<typeof parser.parse>;
type Nodes = Root["children"][number];
type Element = Extract<Nodes, { type: "element" }>;

/** Not what a page says: code, what surrounds its content, and what fills in forms. */
const left = new Set(
  "script style template noscript iframe object embed svg canvas nav footer button select textarea input dialog".split(
    " ",
  ),
);

function isHidden({ tagName, properties }: Element): boolean {
  if (left.has(tagName)) return true;
  const style = String(properties.style ?? "");
  return (
    properties.hidden != null ||
    String(properties.ariaHidden) === "true" ||
    /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style)
  );
}

const isAbsolute = (href: unknown) => /^(?:https?|mailto):/i.test(String(href ?? "").trim());

/** Pictures as their description, and links that lead nowhere from here, or run something, as their text. */
function withoutReferences(element: Element): Nodes[] {
  if (element.tagName === "img") {
    const alt = String(element.properties.alt ?? "").trim();
    return alt ? [{ type: "text", value: alt }] : [];
  }
  if (element.tagName === "a" && !isAbsolute(element.properties.href)) return element.children;
  return [element];
}

/** Takes out of a page what is not its text. A loop and not a recursion: pages nest as deep as they like. */
function keepContent(tree: Root): { title: string; hasHeading: boolean } {
  const open: (Root | Element)[] = [tree];
  let title = "";
  let hasHeading = false;
  for (let parent = open.pop(); parent; parent = open.pop()) {
    const kept: Nodes[] = [];
    const waiting = [...parent.children].reverse();
    for (let child = waiting.pop(); child; child = waiting.pop()) {
      if (child.type === "text") kept.push(child);
      if (child.type !== "element" || isHidden(child)) continue;
      if (child.tagName === "h1") hasHeading = true;
      if (child.tagName === "title") {
        title ||= child.children.map((part) => (part.type === "text" ? part.value : "")).join("");
        continue;
      }
      const [replacement, ...more] = withoutReferences(child);
      if (replacement === child) {
        kept.push(child);
        open.push(child);
      } else if (replacement) {
        waiting.push(...([replacement, ...more].reverse() as typeof waiting));
      }
    }
    parent.children = kept as typeof parent.children;
  }
  return { title: title.replace(/\s+/g, " ").trim(), hasHeading };
}

/**
 * A web page's text as Markdown, with its headings, lists, tables and code. Scripts, styles,
 * navigation and what is hidden are left out; a page without an `h1` is headed by its title.
 * @throws RangeError for a page nested too deep to be read
 */
export function htmlToMarkdown(html: string): string {
  const tree = parser.parse(html);
  const { title, hasHeading } = keepContent(tree);
  const processor = unified().use(rehypeRemark).use(remarkGfm).use(remarkStringify, { bullet: "-" });
  const markdown = String(
    processor.stringify(processor.runSync(tree) as Parameters<typeof processor.stringify>[0]),
  ).trim();
  return markdown && title && !hasHeading ? `# ${title}\n\n${markdown}` : markdown;
}
