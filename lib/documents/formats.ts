/** Safe in the browser, and light: a page refuses a file before it is sent, the server refuses it again. */

const mediaTypes = {
  ".md": "text/markdown",
  ".markdown": "text/markdown",
  ".txt": "text/plain",
  ".html": "text/html",
  ".htm": "text/html",
  ".pdf": "application/pdf",
} as const;
export type DocumentMediaType = (typeof mediaTypes)[keyof typeof mediaTypes];

/** What a file field accepts. */
export const documentExtensions = Object.keys(mediaTypes);
/** The same for people. */
export const documentKinds = ".md, .txt, .html and .pdf";

/** Largest file, in bytes. */
export const fileMaxBytes = 10 * 1024 * 1024;
/** Most text of one document, in bytes of UTF-8. */
export const textMaxBytes = 2 * 1024 * 1024;
/** Most pages of a PDF. */
export const pdfPagesMax = 1_000;
/** Most documents of one chatflow. */
export const documentsPerChatflow = 200;
export const documentNameMaxLength = 200;

/** What a document is, by its name's extension; undefined where there is none, null for one that is not read. */
export function mediaTypeOfName(name: string): DocumentMediaType | null | undefined {
  const extension = /\.[^.\s/\\]{1,8}$/.exec(name)?.[0].toLowerCase();
  if (extension === undefined) return undefined;
  return extension in mediaTypes ? mediaTypes[extension as keyof typeof mediaTypes] : null;
}

/** Most bytes a file of this kind may have: one that is text is kept as it is. */
export function maxBytesOf(mediaType: DocumentMediaType): number {
  return mediaType === "text/markdown" || mediaType === "text/plain" ? textMaxBytes : fileMaxBytes;
}

/** `2.0 MB` */
export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
