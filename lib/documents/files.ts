import { extractTexts } from "@/lib/documents/extract";
import { type DocumentMediaType, maxBytesOf, megabytes, pdfPagesMax, textMaxBytes } from "@/lib/documents/formats";
import { UnreadableFile } from "@/lib/documents/unreadable-file";
import { type PassageText, splitIntoPassages } from "@/lib/engines/knowledge/passages";
import { AppError } from "@/lib/errors";

/** A file as text, not yet cut. */
export type FileText = { format: "text/markdown" | "text/plain"; text: string } | { format: "pages"; pages: string[] };

function refuse(message: string, cause?: unknown): never {
  throw new AppError("invalid_input", message, { field: "documents", cause });
}

const mb = (bytes: number) => `${bytes / 1024 / 1024} MB`;

/** What is wrong with a file, and what can be done about it. */
function sentenceOf(name: string, mediaType: DocumentMediaType, { reason, pages }: UnreadableFile): string {
  const isPdf = mediaType === "application/pdf";
  switch (reason) {
    case "encrypted":
      return `“${name}” is protected by a password. Save it without one, then add it again.`;
    case "broken":
      return `“${name}” cannot be read as ${isPdf ? "a PDF" : "HTML"}. It may be damaged: open it, save it again, then add the new file.`;
    case "no-text":
      return isPdf
        ? `“${name}” has no text, only pictures of its pages. Run text recognition (OCR) on it, then add the result.`
        : `“${name}” shows no text by itself. If its text is written by a script, save the page from a browser.`;
    case "too-many-pages":
      return `“${name}” has ${pages.toLocaleString("en")} pages; a PDF can have at most ${pdfPagesMax.toLocaleString("en")}. Split it into parts.`;
    case "too-much-text":
      return `“${name}” has more than ${mb(textMaxBytes)} of text. Split it into parts.`;
    case "nested":
      return `“${name}” cannot be read: its elements are nested too deeply.`;
    case "too-slow":
      return `“${name}” takes too long to read. Split it into parts, or save it as text.`;
  }
}

/** Bytes as text: in the encoding that a byte order mark or the page itself names, else UTF-8. */
export function decodeText(name: string, bytes: Uint8Array, mediaType: DocumentMediaType): string {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  const declared = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})/i.exec(start)?.[1];
  const mark = start.startsWith("\xFF\xFE") ? "utf-16le" : start.startsWith("\xFE\xFF") ? "utf-16be" : null;
  const encoding = mark ?? ((mediaType === "text/html" && !start.startsWith("\xEF\xBB\xBF") && declared) || "utf-8");
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    return refuse(
      `“${name}” is not a text in ${encoding.toUpperCase()}. Save it as UTF-8, or choose another file.`,
      cause,
    );
  }
}

/**
 * The text of a file.
 * @throws AppError `invalid_input` with a sentence that names the file and says what to do
 */
export async function readFile(name: string, bytes: Uint8Array, mediaType: DocumentMediaType): Promise<FileText> {
  const maxBytes = maxBytesOf(mediaType);
  if (bytes.length > maxBytes)
    refuse(`“${name}” has ${megabytes(bytes.length)}; a file of this kind can have at most ${mb(maxBytes)}.`);
  if (bytes.length === 0) refuse(`“${name}” is empty.`);
  if (mediaType === "text/markdown" || mediaType === "text/plain") {
    return { format: mediaType, text: decodeText(name, bytes, mediaType) };
  }
  try {
    if (mediaType === "application/pdf") {
      // A copy: reading takes the memory away from whoever lends it.
      const job = { kind: "pdf", bytes: bytes.slice(), pagesMax: pdfPagesMax, textMax: textMaxBytes } as const;
      return { format: "pages", pages: await extractTexts(job) };
    }
    const [text = ""] = await extractTexts({ kind: "html", text: decodeText(name, bytes, mediaType) });
    if (text === "") throw new UnreadableFile("no-text");
    return { format: "text/markdown", text };
  } catch (error) {
    if (error instanceof UnreadableFile) refuse(sentenceOf(name, mediaType, error), error);
    throw error;
  }
}

/** A file's text as passages; those of a PDF are headed by their page. */
export function passagesOf(file: FileText): PassageText[] {
  if (file.format !== "pages") return splitIntoPassages(file.text, file.format);
  return file.pages.flatMap((page, index) =>
    splitIntoPassages(page, "text/plain").map(({ content }) => ({ heading: `Page ${index + 1}`, content })),
  );
}
