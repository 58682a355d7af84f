import { curlSample } from "./curl";
import { javascriptSample } from "./javascript";
import { claudeDesktopConfig, cursorConfig } from "./mcp";
import { openAiCurlSample, openAiJavascriptSample, openAiPythonSample } from "./openai";
import { pythonSample } from "./python";
import type { SnippetInput } from "./snippet";
import { typescriptSample } from "./typescript";

export interface Snippet {
  id: string;
  label: string;
  /** The language's name in highlight.js. */
  grammar: "bash" | "javascript" | "json" | "python" | "typescript";
  /** Whether it can print the answer word by word. */
  streams: boolean;
  /** Whether it can take the token from an environment variable; else there is a place for it. */
  readsEnvironment: boolean;
  /** Where it goes, if it is no program. */
  file?: string;
  write(input: SnippetInput): string;
}

export interface SnippetTab {
  id: string;
  label: string;
  /** One, or several to choose from. */
  snippets: readonly [Snippet, ...Snippet[]];
}

type Program = Pick<Snippet, "id" | "label" | "grammar" | "write">;

const program = (snippet: Program): Snippet => ({ ...snippet, streams: true, readsEnvironment: true });
const alone = (snippet: Program): SnippetTab => ({
  id: snippet.id,
  label: snippet.label,
  snippets: [program(snippet)],
});

/** The code samples in the order in which they are offered. Safe in the browser. */
export const snippetTabs: readonly [SnippetTab, ...SnippetTab[]] = [
  alone({ id: "curl", label: "cURL", grammar: "bash", write: curlSample }),
  alone({ id: "javascript", label: "JavaScript", grammar: "javascript", write: javascriptSample }),
  alone({ id: "python", label: "Python", grammar: "python", write: pythonSample }),
  alone({ id: "typescript", label: "TypeScript", grammar: "typescript", write: typescriptSample }),
  {
    id: "openai",
    label: "OpenAI",
    snippets: [
      program({
        id: "openai-javascript",
        label: "JavaScript",
        grammar: "javascript",
        write: openAiJavascriptSample,
      }),
      program({ id: "openai-python", label: "Python", grammar: "python", write: openAiPythonSample }),
      program({ id: "openai-curl", label: "cURL", grammar: "bash", write: openAiCurlSample }),
    ],
  },
  {
    id: "mcp",
    label: "MCP",
    snippets: [
      {
        id: "mcp-cursor",
        label: "Cursor",
        grammar: "json",
        streams: false,
        readsEnvironment: true,
        file: "~/.cursor/mcp.json",
        write: cursorConfig,
      },
      {
        id: "mcp-claude",
        label: "Claude Desktop",
        grammar: "json",
        streams: false,
        readsEnvironment: false,
        file: "claude_desktop_config.json",
        write: claudeDesktopConfig,
      },
    ],
  },
];

/** Each sample by itself. */
export const snippets: readonly Snippet[] = snippetTabs.flatMap((tab) => tab.snippets);
