import { z } from "zod";
import { documentsPerChatflow } from "@/lib/documents/formats";

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

/** A file or pasted text for a chatflow. What its bytes hold is checked when they are read. */
export const uploadDocumentSchema = z.object({
  chatflowId: z.guid("That is not a chatflow id."),
  name: z.string("A document needs a name."),
  mediaType: z.enum(["text/markdown", "text/plain"]).optional().catch(undefined),
  /** Whether a document of the same name may go. */
  replace: z.boolean().default(false),
  /** The document whose place it takes, whatever its name. */
  documentId: z.guid("That is not a document id.").optional(),
});

export const passagesSchema = z.object({
  chatflowId: z.guid("That is not a chatflow id."),
  documentId: z.guid("That is not a document id."),
  /** Place in the document of the first passage to read. */
  from: z.number().int().min(0).catch(0).default(0),
});

/** A passage as the preview shows it. */
export interface PassagePreview {
  ordinal: number;
  heading: string;
  content: string;
}
