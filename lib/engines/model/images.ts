import { AppError } from "@/lib/errors";

/** A picture that came with a question. */
export interface Image {
  mediaType: string;
  bytes: Uint8Array;
}

/** Media types of the images that a model is given. */
export const imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/** Most images with one question. */
const imagesMax = 10;
const takesImages = "Images can be PNG, JPEG, WebP or GIF.";

function refused(sentence: string, index?: number): AppError {
  const field = index === undefined ? "uploads" : `uploads.${index}`;
  return new AppError("invalid_input", sentence, { field });
}

/** What the bytes are, whatever they were called. */
function mediaTypeOf(bytes: Buffer): string | null {
  const starts = (text: string, at = 0) => bytes.toString("latin1", at, at + text.length) === text;
  if (starts("\x89PNG\r\n\x1a\n")) return "image/png";
  if (starts("\xff\xd8\xff")) return "image/jpeg";
  if (starts("GIF87a") || starts("GIF89a")) return "image/gif";
  if (starts("RIFF") && starts("WEBP", 8)) return "image/webp";
  return null;
}

function readImage(upload: unknown, index: number): Image {
  const { data, type } = Object(upload) as { data?: unknown; type?: unknown };
  if (type === "url")
    throw refused("Images are not fetched from addresses: send the image itself, as a data URL.", index);
  if (type !== "file") throw refused("An upload’s type must be “file”.", index);
  if (typeof data !== "string") throw refused("An upload needs data: the image as a data URL.", index);
  const [head = "", base64 = ""] = data.split(",", 2);
  if (!/^data:[^,]*;base64$/i.test(head) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw refused("An upload’s data must be a data URL in base64, such as data:image/png;base64,….", index);
  }
  const bytes = Buffer.from(base64, "base64");
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === null) throw refused(takesImages, index);
  return { mediaType, bytes };
}

/**
 * The images of a call.
 * @param uploads as they were sent; absent and empty are none
 * @throws AppError `invalid_input` when the chatflow takes none, or one cannot be taken
 */
export function readImages(uploads: unknown, allowImages: boolean): Image[] {
  if (uploads === undefined || uploads === null) return [];
  if (!Array.isArray(uploads)) throw refused("uploads must be a list.");
  if (uploads.length === 0) return [];
  if (!allowImages) throw refused("This chatflow takes no uploads.");
  if (uploads.length > imagesMax) throw refused(`At most ${imagesMax} images can be sent with one question.`);
  return uploads.map(readImage);
}
