import { z } from "zod";
import { cursorText, dayOrMoment } from "@/lib/activity/schema";

const chatflowId = z.guid("That is not a chatflow id.");

/** What a list of feedback is narrowed down by. What is malformed is dropped, not refused. */
export const feedbackFilterSchema = z.object({
  chatflowId,
  rating: z.enum(["THUMBS_UP", "THUMBS_DOWN"]).optional().catch(undefined),
  from: dayOrMoment,
  /** The whole of that day, or up to that moment. */
  to: dayOrMoment,
});
export type FeedbackFilter = z.output<typeof feedbackFilterSchema>;
export const listFeedbackSchema = feedbackFilterSchema.extend({ after: cursorText, before: cursorText });

/** What somebody thought of an answer. */
export interface ReceivedFeedback {
  id: string;
  at: Date;
  rating: "THUMBS_UP" | "THUMBS_DOWN";
  /** Their comment, "" for none. */
  content: string;
  /** The prediction they rated, which names its conversation. */
  turnId: string;
  sessionId: string;
  question: string;
  answer: string;
}
