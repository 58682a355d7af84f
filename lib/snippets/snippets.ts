import { curlSample } from "./curl";
import { javascriptSample } from "./javascript";
import { pythonSample } from "./python";
import type { SnippetInput } from "./snippet";
import { typescriptSample } from "./typescript";

export type SnippetId = "curl" | "javascript" | "python" | "typescript";

export interface SnippetTab {
  id: SnippetId;
  label: string;
  /** The language's name in highlight.js. */
  grammar: "bash" | "javascript" | "python" | "typescript";
  write(input: SnippetInput): string;
}

/** The code samples in the order in which they are offered. Safe in the browser. */
export const snippetTabs: readonly SnippetTab[] = [
  { id: "curl", label: "cURL", grammar: "bash", write: curlSample },
  { id: "javascript", label: "JavaScript", grammar: "javascript", write: javascriptSample },
  { id: "python", label: "Python", grammar: "python", write: pythonSample },
  { id: "typescript", label: "TypeScript", grammar: "typescript", write: typescriptSample },
];
