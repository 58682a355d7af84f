import { AppError } from "@/lib/errors";
import { mediaTypeOf, readJson, readText } from "@/lib/http/json-body";

const formType = "application/x-www-form-urlencoded";

/**
 * A request's body as an object, from a form as OAuth's endpoints take it or from JSON.
 * @throws AppError `unsupported_media_type`, `payload_too_large`, or `invalid_request` for a body that is neither, or a
 * parameter given twice (RFC 6749 §3.2)
 */
export async function readFormOrJson(request: Request, maxBytes: number): Promise<unknown> {
  const mediaType = mediaTypeOf(request.headers);
  if (mediaType === "application/json") return await readJson(request, maxBytes);
  if (mediaType !== formType) {
    throw new AppError("unsupported_media_type", `Send the body as a form (${formType}) or as application/json.`);
  }
  const parameters = [...new URLSearchParams(await readText(request, maxBytes))];
  const fields = Object.fromEntries(parameters);
  if (parameters.length > Object.keys(fields).length) {
    throw new AppError("invalid_request", "A parameter was given twice.");
  }
  return fields;
}
