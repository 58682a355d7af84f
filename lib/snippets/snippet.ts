/** Where a sample takes its token from. A live token is given only in the dialog that just created it. */
export type SnippetAuth = { kind: "none" } | { kind: "environment" } | { kind: "literal"; token: string };

/** What a code sample calls, and how. */
export interface SnippetInput {
  /** The deployment's address, such as https://keys.example.com. */
  baseUrl: string;
  chatflowId: string;
  /** What the chatflow is called as a model. */
  slug: string;
  question: string;
  auth: SnippetAuth;
  /** Whether the answer is printed word by word as it comes. */
  streaming: boolean;
}

/** The environment variable from which samples read the token. */
export const tokenVariable = "FLOWLATCH_API_KEY";

/** The deployment's address without a trailing slash. */
export function rootOf({ baseUrl }: Pick<SnippetInput, "baseUrl">): string {
  return baseUrl.replace(/\/+$/, "");
}

/** The address that answers predictions. */
export function predictionUrl(input: SnippetInput): string {
  return `${rootOf(input)}/api/v1/prediction/${encodeURIComponent(input.chatflowId)}`;
}

/** A string literal. What JSON writes, JavaScript, TypeScript and Python all read as the same string. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The lines there are: what a sample leaves out is `null`. */
export function joinLines(lines: (string | null)[]): string {
  return `${lines.filter((line) => line !== null).join("\n")}\n`;
}
