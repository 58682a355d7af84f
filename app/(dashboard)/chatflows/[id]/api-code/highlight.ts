import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import type { Snippet } from "@/lib/snippets/snippets";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("javascript", javascript);
hljs.registerLanguage("json", json);
hljs.registerLanguage("python", python);
hljs.registerLanguage("typescript", typescript);
hljs.registerLanguage("xml", xml);

/** A language's name in highlight.js. HTML is its "xml". */
export type Grammar = Snippet["grammar"] | "xml";

/** Code as HTML with its parts in spans. All text in it is escaped by highlight.js. */
export function highlight(code: string, language: Grammar): string {
  return hljs.highlight(code, { language }).value;
}
