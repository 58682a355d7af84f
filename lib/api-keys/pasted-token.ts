/**
 * Safe in the browser. A token within a text where none belongs: one of ours wherever it stands, one of
 * Flowise's where nothing is stuck to it. That one has no mark of its own, so it must have capitals and
 * small letters, as all but one in a billion do and slugs of the same length do not.
 */
const pasted = /flk_[0-9A-Za-z]{49}|(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{42}[AEIMQUYcgkosw048](?![\w-])/;

/** What looks like a token in the text, or null. Costs no SQL; whether anybody issued it is not asked. */
export function pastedToken(text: string): string | null {
  return pasted.exec(text)?.[0] ?? null;
}
