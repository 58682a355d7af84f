import { z } from "zod";

export const ratings = ["THUMBS_UP", "THUMBS_DOWN"] as const;
export type Rating = (typeof ratings)[number];
/** Characters of a comment (UTF-16 code units). */
export const commentMaxLength = 4_000;

const rating = z.enum(ratings, "rating must be THUMBS_UP or THUMBS_DOWN.");
const content = z
  .string("content must be text.")
  .max(commentMaxLength, `content can have at most ${commentMaxLength.toLocaleString("en")} characters.`)
  .transform((value) => value.replaceAll("\0", "").toWellFormed().trim());

/** What is sent with a rating; Flowise's names. Whatever else is sent is ignored. */
export const giveFeedbackSchema = z.object(
  {
    /** The prediction's id, `chatMessageId` in its answer. */
    messageId: z.guid("messageId must be the chatMessageId of an answer."),
    rating,
    content: content.default(""),
  },
  "The body must be a JSON object with messageId and rating.",
);

export const commentFeedbackSchema = z
  .object({ rating: rating.optional(), content: content.optional() }, "The body must be a JSON object with content.")
  .refine((body) => body.rating !== undefined || body.content !== undefined, {
    error: "Give content or a rating.",
    path: ["content"],
  });
