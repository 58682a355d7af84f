import "server-only";
import { imageTypes } from "@/lib/engines/model/images";
import { takesImages } from "@/lib/engines/registry";
import { env } from "@/lib/env";
import { sharingSchema } from "@/lib/sharing/schema";

/** Of a question that comes with a picture, bytes that are not the picture. */
const restOfBody = 65_536;

/** Megabytes of the largest picture that fits into a call: base64 makes four bytes of three. */
function largestImageMegabytes(): number {
  const bytes = ((env().FLOWLATCH_MAX_BODY_BYTES - restOfBody) * 3) / 4;
  return Math.max(0, Math.floor((bytes / 1024 / 1024) * 100) / 100);
}

function uploadsOf(images: boolean) {
  return {
    isSpeechToTextEnabled: false,
    isImageUploadAllowed: images,
    isRAGFileUploadAllowed: false,
    imgUploadSizeAndTypes: images ? [{ fileTypes: imageTypes, maxUploadSize: largestImageMegabytes() }] : [],
    fileUploadSizeAndTypes: [],
  };
}

/** What Flowise's widget asks for and Flowlatch does not do. */
const absent = { followUpPrompts: { status: false }, fullFileUpload: { status: false }, isTTSEnabled: false };

/**
 * What Flowise's widget (flowise-embed 3.1.6) reads of a chatflow before it begins, in its own shape.
 * @param chatflow whose visitors may know this of it
 * @throws AppError `internal` when the engine's settings cannot be read
 */
export function chatbotConfig(chatflow: {
  sharing: unknown;
  engine: unknown;
  isPublic: boolean;
  keepsConversations: boolean;
}) {
  const { starterPrompts, feedback, leads } = sharingSchema.parse(chatflow.sharing);
  return {
    // The widget goes through its own properties, and a list has one too many.
    starterPrompts: Object.fromEntries(starterPrompts.map((prompt, index) => [String(index), { prompt }])),
    // What is not kept cannot be rated.
    chatFeedback: { status: feedback && chatflow.keepsConversations },
    leads: {
      // The widget sends contact details without the page's hook, so that it cannot show a token with them.
      status: leads.enabled && chatflow.isPublic,
      title: leads.title,
      ...{ name: leads.name, email: leads.email, phone: leads.phone },
      successMessage: leads.success,
    },
    uploads: uploadsOf(takesImages(chatflow.engine)),
    ...absent,
  };
}

/** The same for who has not shown that they may call the chatflow: enough to ask, and nothing of it. */
export const bareChatbotConfig = {
  chatFeedback: { status: false },
  leads: { status: false },
  uploads: uploadsOf(false),
  ...absent,
};
