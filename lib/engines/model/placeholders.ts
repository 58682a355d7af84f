/** Safe in the browser, and without zod: the editor looks for them while one types. */

/** `{{name}}`, as `fillIn` replaces it. */
export const placeholderPattern = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

/** Names of the variables a prompt has places for, each once, in the order they come. */
export function placeholdersIn(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(placeholderPattern), ([, name = ""]) => name))];
}
