import { z } from "zod";
import { AppError } from "@/lib/errors";

/** Safe in the browser: a page can refuse a file before it is sent. */

/** Largest document, in bytes of UTF-8. */
export const documentMaxBytes = 2 * 1024 * 1024;
/** Most documents of one chatflow. */
export const documentsPerChatflow = 200;
export const documentNameMaxLength = 200;
/** What a file field accepts. */
export const documentExtensions = [".md", ".txt"] as const;

export const addDocumentsSchema = z.object({
  chatflowId: z.guid("That is not a chatflow id."),
  documents: z
    .array(
      z.object({
        /** File name, or the title of a pasted text. */
        name: z.string("A document needs a name."),
        mediaType: z.enum(["text/markdown", "text/plain"]).optional().catch(undefined),
        text: z.string("A document needs a text."),
      }),
    )
    .min(1, "Choose at least one document.")
    .max(documentsPerChatflow, `At most ${documentsPerChatflow} documents at a time.`),
});
export type DocumentInput = z.input<typeof addDocumentsSchema>["documents"][number];

export const removeDocumentSchema = z.object({
  chatflowId: z.guid("That is not a chatflow id."),
  documentId: z.guid("That is not a document id."),
});

/**
 * A file's bytes as text.
 * @param name the file's name, for the message
 * @throws AppError `invalid_input` when they are not UTF-8
 */
export function decodeDocument(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("invalid_input", `“${name}” is not a text in UTF-8. Save it as UTF-8, or choose another file.`, {
      field: "documents",
    });
  }
}
