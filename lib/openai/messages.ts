import { z } from "zod";
import { AppError } from "@/lib/errors";
import { type Asking, clientId, earlierText, questionText, type SpokenMessage } from "@/lib/predictions/schema";

/** A part of a message's content: text, an image, or words of a model that we have no use for. */
const partSchema = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.enum(["text", "input_text", "output_text"]), text: z.string("text must be text.") }),
    z.object({
      type: z.literal("image_url"),
      image_url: z.object({ url: z.string("url must be text.") }, "image_url must be an object with url."),
    }),
    z.object({ type: z.literal("input_image"), image_url: z.string("image_url must be a data URL.") }),
    z.object({ type: z.literal("refusal") }),
  ],
  "Content can be text or images; other parts are not taken.",
);

const roles = ["system", "developer", "user", "assistant", "tool", "function"] as const;

/** A message as both APIs have it. */
export const messageSchema = z.object(
  {
    role: z.enum(roles, "role must be system, developer, user or assistant."),
    content: z
      .union([z.string(), z.array(partSchema)], { error: contentMessage })
      .nullish()
      .transform((content) =>
        typeof content === "string" ? [{ type: "text" as const, text: content }] : (content ?? []),
      ),
  },
  "A message must be an object with role and content.",
);
export type Message = z.output<typeof messageSchema>;

/** The union's own message would hide what its parts say. */
function contentMessage({ input }: { input?: unknown }): string {
  return Array.isArray(input)
    ? "content must be text, or a list of text and image parts; other parts are not taken."
    : "content must be text or a list of parts.";
}

export const modelSchema = z
  .string({ error: ({ input }) => (input === undefined ? "model is required." : "model must be text.") })
  .min(1, "model is required.");

export const flagSchema = (field: string) =>
  z
    .boolean(`${field} must be true or false.`)
    .nullish()
    .transform((value) => value === true);

/** False where nothing of the turn may be kept. Absent, the chatflow's own setting decides. */
export const storeSchema = z
  .boolean("store must be true or false.")
  .nullish()
  .transform((store) => store !== false);

/** `session_id` names the session; what else is in it is the caller's own business. */
export const metadataSchema = z
  .looseObject({ session_id: clientId("metadata.session_id") }, "metadata must be an object.")
  .nullish();

/** Flowlatch's own addition, as in its prediction API. */
export const overrideConfigSchema = z
  .looseObject({ vars: z.unknown().optional() }, "overrideConfig must be an object.")
  .nullish();

const textOf = ({ content }: Message) => content.flatMap((part) => ("text" in part ? [part.text] : [])).join("\n");

/** As the engines take them: what an image may be is theirs to say. */
function uploadsOf({ content }: Message) {
  return content.flatMap((part, index) => {
    if (!("image_url" in part)) return [];
    const data = typeof part.image_url === "string" ? part.image_url : part.image_url.url;
    return [{ type: /^data:/i.test(data) ? "file" : "url", data, name: `image-${index + 1}` }];
  });
}

/**
 * A conversation as a question and its history: the last message, which must be the user's, and the
 * user's and assistant's before it. A chatflow has its operator's instructions and no tools, so that
 * system and developer messages are passed over, and tool messages before the question.
 *
 * @param field where the messages stand, for errors
 * @throws AppError `invalid_input`
 */
export function askedIn(
  messages: Message[],
  field: string,
): Pick<Asking, "question" | "history"> & { uploads: unknown } {
  const last = messages.findLast(({ role }) => role !== "system" && role !== "developer");
  const spoken = messages.filter(({ role }) => role === "user" || role === "assistant");
  if (last?.role !== "user") {
    throw new AppError("invalid_input", `The last of ${field} must be the user’s: it is the question.`, { field });
  }
  const question = checkedText(textOf(last), field, questionText);
  const uploads = uploadsOf(last);
  if (question.trim() === "" && uploads.length === 0) {
    throw new AppError("invalid_input", "The user’s last message has no text.", { field });
  }
  const history = spoken.slice(0, -1).map((message): SpokenMessage => {
    const speaker = message.role === "user" ? "userMessage" : "apiMessage";
    return { speaker, text: checkedText(textOf(message), field, earlierText) };
  });
  return { question, history, uploads: uploads.length > 0 ? uploads : undefined };
}

function checkedText(text: string, field: string, schema: typeof questionText | typeof earlierText): string {
  const result = schema("A message").safeParse(text);
  if (result.success) return result.data;
  throw new AppError("invalid_input", result.error.issues[0]?.message ?? "A message cannot be read.", { field });
}
