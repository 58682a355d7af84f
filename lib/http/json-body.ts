import { AppError } from "@/lib/errors";

function tooLarge(maxBytes: number): AppError {
  return new AppError("payload_too_large", `The body can have at most ${maxBytes} bytes.`);
}

/** @throws AppError `unsupported_media_type`, `payload_too_large` by Content-Length */
function checkHeaders(headers: Headers, maxBytes: number): void {
  const mediaType = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (mediaType === "multipart/form-data") {
    throw new AppError("unsupported_media_type", "Form data is not read here: send the body as application/json.");
  }
  if (mediaType !== "application/json") {
    throw new AppError("unsupported_media_type", "Send the body as JSON, with Content-Type: application/json.");
  }
  if ((headers.get("content-encoding") ?? "identity").toLowerCase() !== "identity") {
    throw new AppError("unsupported_media_type", "Compressed bodies are not read: send it without Content-Encoding.");
  }
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * A body, counted as it arrives, because a Content-Length may be absent or a lie.
 * @throws AppError `payload_too_large`
 */
export async function readBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by throwing cancels the stream: the rest is not read.
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/**
 * A request's body as JSON.
 * @throws AppError `unsupported_media_type`, `payload_too_large`, or `invalid_request` when it is not JSON in UTF-8
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  checkHeaders(request.headers, maxBytes);
  const bytes = await readBytes(request.body, maxBytes);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message would quote the body.
    throw new AppError("invalid_request", bytes.length === 0 ? "The body is empty." : "The body is not valid JSON.");
  }
}
