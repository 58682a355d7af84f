import { z } from "zod";
import { cursorText, dayOrMoment, searchText } from "@/lib/activity/schema";

const chatflowId = z.guid("That is not a chatflow id.");

/** What a list of leads is narrowed down by. What is malformed is dropped, not refused. */
export const leadFilterSchema = z.object({
  chatflowId,
  /** A part of a name, an email address or a phone number. */
  search: searchText,
  from: dayOrMoment,
  /** The whole of that day, or up to that moment. */
  to: dayOrMoment,
});
export type LeadFilter = z.output<typeof leadFilterSchema>;
export const listLeadsSchema = leadFilterSchema.extend({ after: cursorText, before: cursorText });
export const deleteLeadSchema = z.object({ chatflowId, leadId: z.guid("That is not a lead id.") });

/** Who a visitor said they are. */
export interface ReceivedLead {
  id: string;
  at: Date;
  name: string | null;
  email: string | null;
  phone: string | null;
  chatId: string;
  /** The last turn of the conversation they had, which names it; null where there is none. */
  turnId: string | null;
}
