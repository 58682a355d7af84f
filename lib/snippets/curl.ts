import { joinLines, predictionUrl, type SnippetAuth, type SnippetInput, tokenVariable } from "./snippet";

/** Between single quotes a POSIX shell takes everything as it is, except the quote itself. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The header's argument; null where none is needed. */
export function authorizationHeader(auth: SnippetAuth): string | null {
  if (auth.kind === "none") return null;
  // Double quotes, so that the shell puts the variable's value in.
  if (auth.kind === "environment") return `"Authorization: Bearer $${tokenVariable}"`;
  return shellQuoted(`Authorization: Bearer ${auth.token}`);
}

/** A call from the shell. Prints the answer as the server sends it; fails with the refusal's text. */
export function curlSample(input: SnippetInput): string {
  const { question, streaming } = input;
  const header = authorizationHeader(input.auth);
  const body = JSON.stringify(streaming ? { question, streaming } : { question });
  return joinLines([
    `curl ${streaming ? "--no-buffer " : ""}--fail-with-body \\`,
    `  ${shellQuoted(predictionUrl(input))} \\`,
    header && `  --header ${header} \\`,
    `  --header 'Content-Type: application/json' \\`,
    `  --data ${shellQuoted(body)}`,
  ]);
}
