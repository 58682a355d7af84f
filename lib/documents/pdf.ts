// Loaded in a worker by plain Node: nothing here may be imported through "@/".
import { getDocumentProxy } from "unpdf";
import { UnreadableFile } from "./unreadable-file.ts";

interface Limits {
  pagesMax: number;
  /** Most characters of text. */
  textMax: number;
}

/** Words cut at a line's end are whole again; what no text has is left out. */
function plainText(text: string): string {
  return text
    .replace(/(\p{L})[-\u00AD]\n(\p{Ll})/gu, "$1$2")
    .replaceAll("\0", "")
    .toWellFormed()
    .trim();
}

/** What pdf.js throws, as what is wrong with the file. */
function toUnreadable(error: unknown): unknown {
  const name = (error as Error | null)?.name;
  if (name === "PasswordException") return new UnreadableFile("encrypted");
  return error instanceof UnreadableFile ? error : new UnreadableFile("broken");
}

/**
 * The text of a PDF, page by page; an empty string for a page without.
 * @throws UnreadableFile
 */
export async function pdfPages(bytes: Uint8Array, { pagesMax, textMax }: Limits): Promise<string[]> {
  const options = { verbosity: 0, isEvalSupported: false, stopAtErrors: false };
  const pdf = await getDocumentProxy(bytes, options).catch((error) => {
    throw toUnreadable(error);
  });
  if (pdf.numPages > pagesMax) throw new UnreadableFile("too-many-pages", pdf.numPages);
  const pages: string[] = [];
  let size = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const text = await pageText(pdf, number);
    size += text.length;
    if (size > textMax) throw new UnreadableFile("too-much-text");
    pages.push(text);
  }
  if (size === 0) throw new UnreadableFile("no-text");
  return pages;
}

async function pageText(pdf: Awaited<ReturnType<typeof getDocumentProxy>>, number: number): Promise<string> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    return plainText(items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join(""));
  } catch (error) {
    throw toUnreadable(error);
  }
}
