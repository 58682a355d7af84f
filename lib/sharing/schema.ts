import { z } from "zod";
import { allowedOriginsSchema } from "@/lib/sharing/origins";

/** Safe in the browser: the form and the use case check with the same schema. Characters, each. */
export const sharingLimits = {
  title: 80,
  welcome: 1_000,
  avatarUrl: 2_000,
  starterPrompt: 200,
  leadText: 300,
} as const;
export const starterPromptsMax = 8;
/** Questions a minute. */
export const perAddressMax = 10_000;
/** Read in SQL as well (lib/api-keys/verify.ts). */
export const perAddressDefault = 30;

/** Postgres stores neither NUL nor half of a surrogate pair. */
const text = (what: string, max: number) =>
  z
    .string(`${what} is text.`)
    .transform((value) => value.replaceAll("\0", "").toWellFormed().trim())
    .pipe(
      z.string().refine((value) => [...value].length <= max, {
        error: (issue) =>
          `${what} can have at most ${max.toLocaleString("en")} characters; this one has ${[...String(issue.input)].length.toLocaleString("en")}.`,
      }),
    );

const perAddressMessage = `Give a whole number of questions a minute, from 1 to ${perAddressMax.toLocaleString("en")}.`;

const avatarUrl = text("The picture’s address", sharingLimits.avatarUrl).refine(
  (value) => value === "" || (/^https:\/\//i.test(value) && URL.canParse(value)),
  "The picture’s address has to begin with https://.",
);

const starterPrompt = text("A starter question", sharingLimits.starterPrompt).refine(
  (value) => value !== "",
  "A starter question cannot be empty.",
);

const leadsSchema = z
  .object(
    {
      /** Visitors are asked who they are before their first question. */
      enabled: z.boolean("Choose whether visitors are asked.").default(false),
      title: text("The request", sharingLimits.leadText).default(""),
      /** What is asked for. */
      name: z.boolean("Choose whether the name is asked for.").default(true),
      email: z.boolean("Choose whether the email address is asked for.").default(true),
      phone: z.boolean("Choose whether the phone number is asked for.").default(false),
      /** Shown once they have answered. */
      success: text("The thanks", sharingLimits.leadText).default(""),
    },
    "Choose whether visitors are asked who they are.",
  )
  .refine(({ enabled, name, email, phone }) => !enabled || name || email || phone, {
    error: "Choose at least one thing to ask visitors for.",
    path: ["enabled"],
  });

/**
 * What a chatflow shows visitors of its shared page and of the website widget, and what it lets them do.
 * An empty text stands for Flowlatch's own. A column of {} is every default.
 */
export const sharingSchema = z.object(
  {
    /** Whose pages may call it from the browser; see `allowedOriginsSchema`. None: no other website's. */
    allowedOrigins: allowedOriginsSchema.default([]),
    /** While it is public: calls an address may make in a minute; null for as many as it likes. */
    perAddressPerMinute: z
      .number(perAddressMessage)
      .int(perAddressMessage)
      .min(1, perAddressMessage)
      .max(perAddressMax, perAddressMessage)
      .nullable()
      .default(perAddressDefault),
    title: text("The title", sharingLimits.title).default(""),
    /** What the chat begins with. */
    welcome: text("The welcome", sharingLimits.welcome).default(""),
    /** "#rrggbb" in lower case, or "". */
    colour: z
      .string("The colour is text.")
      .trim()
      .toLowerCase()
      .regex(/^(#[0-9a-f]{6})?$/, "Write the colour like #3b82f6.")
      .default(""),
    avatarUrl: avatarUrl.default(""),
    starterPrompts: z
      .array(starterPrompt, "Give a list of starter questions.")
      .max(starterPromptsMax, `There can be at most ${starterPromptsMax} starter questions.`)
      .default([]),
    /** Whether visitors may rate answers. */
    feedback: z.boolean("Choose whether visitors may rate answers.").default(false),
    leads: leadsSchema.prefault({}),
  },
  "The sharing settings must be an object.",
);
export type Sharing = z.output<typeof sharingSchema>;

export const setSharingSchema = z.object({
  chatflowId: z.guid("That is not a chatflow id."),
  /** The sharing settings' version that was edited; a newer one in the database refuses the change. */
  version: z.number("Say which version was edited.").int().positive(),
  sharing: sharingSchema,
});
