import type { DocumentInput } from "@/lib/chatflows/documents-schema";
import { passagesOf, readFile } from "@/lib/documents/files";
import {
  type DocumentMediaType,
  documentKinds,
  documentNameMaxLength,
  mediaTypeOfName,
  megabytes,
  textMaxBytes,
} from "@/lib/documents/formats";
import type { PassageText } from "@/lib/engines/knowledge/passages";
import { AppError } from "@/lib/errors";

/** A document that passed its checks, cut into passages. */
export interface PreparedDocument {
  name: string;
  mediaType: DocumentMediaType;
  /** Bytes as it was added. */
  size: number;
  passages: PassageText[];
}

/** A file as it was uploaded, or a text that was pasted. */
export interface FileInput {
  name: string;
  bytes: Uint8Array;
  /** What a pasted text is, whose title tells nothing. */
  mediaType?: "text/markdown" | "text/plain" | undefined;
}

/** Line breaks, tabs, NUL, bidirectional overrides: invisible in a list, and able to forge a log line. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** A document's name as it is stored. */
export const documentName = (name: string) => name.normalize("NFC").trim();

/** A pasted text has a title; a file of another kind has another extension. */
function mediaTypeOf(name: string, given: FileInput["mediaType"]): DocumentMediaType | null {
  const named = mediaTypeOfName(name);
  if (named) return named;
  if (given) return given;
  return named === undefined || /\s/.test(name) ? "text/plain" : null;
}

function faultOfName(name: string, mediaType: DocumentMediaType | null): string | null {
  if (name === "") return "A document needs a name.";
  if ([...name].length > documentNameMaxLength) {
    return `“${name.slice(0, 40)}…” has a name of more than ${documentNameMaxLength} characters.`;
  }
  if (invisible.test(name) || !name.isWellFormed()) {
    return "A document’s name cannot contain line breaks, tabs or other invisible characters.";
  }
  return mediaType === null ? `“${name}” cannot be read: files can be ${documentKinds}.` : null;
}

function faultOfText(name: string, text: string): string | null {
  if (text.trim() === "") return `“${name}” is empty.`;
  const size = Buffer.byteLength(text);
  if (size > textMaxBytes) {
    return `“${name}” has ${megabytes(size)} of text; a document can have at most ${textMaxBytes / 1024 / 1024} MB.`;
  }
  if (text.includes("\0") || !text.isWellFormed()) return `“${name}” is not a text: it has bytes that no text has.`;
  return null;
}

function refuse(faults: string[]): never {
  throw new AppError("invalid_input", [...new Set(faults)].join(" "), { field: "documents" });
}

/**
 * Checks texts and cuts them into passages: all, or none.
 * @throws AppError `invalid_input` with a sentence for each document at fault
 */
export function prepareTexts(documents: DocumentInput[]): PreparedDocument[] {
  const names = documents.map(({ name }) => documentName(name));
  const kinds = documents.map(({ mediaType }, index) => {
    const kind = mediaTypeOf(names[index] ?? "", mediaType);
    // Web pages and PDFs are read from their bytes, see prepareFile.
    return kind === "text/markdown" || kind === "text/plain" ? kind : null;
  });
  const faults = documents.flatMap(({ text }, index) => {
    const name = names[index] ?? "";
    const fault = faultOfName(name, kinds[index] ?? null) ?? faultOfText(name, text);
    if (fault) return [fault];
    return names.indexOf(name) < index ? [`“${name}” was given twice.`] : [];
  });
  if (faults.length > 0) refuse(faults);
  return documents.map(({ text }, index) => {
    const format = kinds[index] ?? "text/plain";
    const passages = passagesOf({ format, text });
    return { name: names[index] ?? "", mediaType: format, size: Buffer.byteLength(text), passages };
  });
}

/**
 * Reads one file and cuts it into passages.
 * @throws AppError `invalid_input` with a sentence that names the file and says what to do
 */
export async function prepareFile({ name: given, bytes, mediaType: kind }: FileInput): Promise<PreparedDocument> {
  const name = documentName(given);
  const mediaType = mediaTypeOf(name, kind);
  const nameFault = faultOfName(name, mediaType);
  if (nameFault || mediaType === null) return refuse([nameFault ?? ""]);
  const file = await readFile(name, bytes, mediaType);
  const fault = file.format === "pages" ? null : faultOfText(name, file.text);
  if (fault) refuse([fault]);
  return { name, mediaType, size: bytes.length, passages: passagesOf(file) };
}

/**
 * Reads several files: all, or none.
 * @throws AppError `invalid_input` with a sentence for each file at fault
 */
export async function prepareFiles(files: FileInput[]): Promise<PreparedDocument[]> {
  const names = files.map(({ name }) => documentName(name));
  const faults = names.filter((name, index) => names.indexOf(name) < index).map((name) => `“${name}” was given twice.`);
  const prepared: PreparedDocument[] = [];
  for (const file of files) {
    const document = await prepareFile(file).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      faults.push(error.message);
      return null;
    });
    if (document) prepared.push(document);
  }
  if (faults.length > 0) refuse(faults);
  return prepared;
}
