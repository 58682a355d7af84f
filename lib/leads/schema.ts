import { z } from "zod";

/** Characters of each thing a visitor tells of themselves (UTF-16 code units). */
export const leadFieldMaxLength = 320;

/** One line of text; "" counts as not given, because the widget sends what it did not ask for like that. */
const line = (field: string) =>
  z
    .string(`${field} must be text.`)
    .transform((value) =>
      value
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
        .toWellFormed()
        .trim(),
    )
    .pipe(z.string().max(leadFieldMaxLength, `${field} can have at most ${leadFieldMaxLength} characters.`))
    .nullish()
    .transform((value) => value || null);

/** What a visitor tells of themselves; Flowise's names. Whatever else is sent is ignored. */
export const saveLeadSchema = z.object(
  {
    chatflowid: z.string("chatflowid is required."),
    chatId: z
      .string("chatId is required.")
      .min(1, "chatId is required.")
      .max(256, "chatId can have at most 256 characters.")
      .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), "chatId cannot contain control characters."),
    name: line("name"),
    email: line("email").refine((value) => value === null || /^[^\s@]+@[^\s@]+$/.test(value), {
      error: "email must be an email address.",
    }),
    phone: line("phone"),
  },
  "The body must be a JSON object with chatflowid and chatId.",
);
export type LeadInput = z.output<typeof saveLeadSchema>;
