import { AppError } from "@/lib/errors";
import { isTooDeep, jsonMaxDepth } from "@/lib/json-depth";

function tooLarge(maxBytes: number): AppError {
  return new AppError("payload_too_large", `The body can have at most ${maxBytes} bytes.`);
}

/** The media type of a body, without its parameters; "" when there is none. */
export function mediaTypeOf(headers: Headers): string {
  return (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** @throws AppError `unsupported_media_type` */
function assertJson(headers: Headers): void {
  const mediaType = mediaTypeOf(headers);
  if (mediaType === "multipart/form-data") {
    throw new AppError("unsupported_media_type", "Form data is not read here: send the body as application/json.");
  }
  if (mediaType !== "application/json") {
    throw new AppError("unsupported_media_type", "Send the body as JSON, with Content-Type: application/json.");
  }
}

/**
 * A body, counted as it arrives, because a Content-Length may be absent or a lie.
 * @throws AppError `payload_too_large`, `invalid_request` when its sender went away
 */
export async function readBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    // Leaving the loop by throwing cancels the stream: the rest is not read.
    for await (const chunk of body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // The caller's connection broke, with a code that may be that of a broken one to the database.
    throw new AppError("invalid_request", "The body broke off before its end.", { cause });
  }
  return Buffer.concat(chunks, size);
}

/**
 * A request's body as text in UTF-8, whatever its media type.
 * @throws AppError `unsupported_media_type` when it is compressed, `payload_too_large`, `invalid_request`
 */
export async function readText({ headers, body }: Request, maxBytes: number): Promise<string> {
  if ((headers.get("content-encoding") ?? "identity").toLowerCase() !== "identity") {
    throw new AppError("unsupported_media_type", "Compressed bodies are not read: send it without Content-Encoding.");
  }
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readBytes(body, maxBytes);
  if (bytes.length === 0) throw new AppError("invalid_request", "The body is empty.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("invalid_request", "The body is not text in UTF-8.");
  }
}

/**
 * A request's body as JSON.
 * @throws AppError `unsupported_media_type`, `payload_too_large`, or `invalid_request` when it is not JSON in UTF-8 or
 * nested too deep
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  assertJson(request.headers);
  const body = parsed(await readText(request, maxBytes));
  if (isTooDeep(body)) {
    throw new AppError("invalid_request", `The body is nested deeper than ${jsonMaxDepth} levels.`);
  }
  return body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the body.
    throw new AppError("invalid_request", "The body is not valid JSON.");
  }
}
