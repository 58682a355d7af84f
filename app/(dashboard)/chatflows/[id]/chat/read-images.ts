import { sizeText } from "../../wording";
import type { Upload } from "./use-chat";

export const imageTypes = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/** As many as the engine takes with one question (lib/engines/model/images.ts). */
const imagesMax = 10;
/** Of what a call may have, the part left for the question and the turns before it. */
const restBytes = 128 * 1024;

function dataUrlOf(file: File): Promise<string | null> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(file);
  });
}

/**
 * Chosen files as uploads, behind those already attached; those that cannot be sent are left out.
 * @param maxBodyBytes what one call may have, base64 included
 */
export async function readImages(files: File[], attached: Upload[], maxBodyBytes: number) {
  const images = [...attached];
  let error: string | null = null;
  for (const file of files) {
    const data = imageTypes.includes(file.type) ? await dataUrlOf(file) : null;
    const room = maxBodyBytes - restBytes - images.reduce((sum, image) => sum + image.data.length, 0);
    if (!imageTypes.includes(file.type)) error = `“${file.name}” is not a PNG, JPEG, WebP or GIF image.`;
    else if (data === null) error = `“${file.name}” could not be read.`;
    else if (images.length >= imagesMax) error = `At most ${imagesMax} images can be sent with one question.`;
    else if (data.length > room)
      error = `“${file.name}” is too large: one call can have ${sizeText(maxBodyBytes)} in all.`;
    else if (!images.some((image) => image.data === data)) {
      images.push({ type: "file", name: file.name, mime: file.type, data });
    }
  }
  return { images, error };
}
