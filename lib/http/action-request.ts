import { AppError } from "@/lib/errors";
import { mediaTypeOf, readText } from "@/lib/http/json-body";
import { jsonMaxDepth } from "@/lib/json-depth";

/** React reads no more than a million characters and items of a call's input; Next's own limit is a little above. */
const maxBytes = 1_000_000;

/** How React writes, within JSON, a text that begins with `$`, `undefined`, numbers that JSON lacks, and dates. */
const written = /^\$(?:\$|undefined$|NaN$|-?Infinity$|-0$|D)/;
/** An object that was written before, by its way from the root: `$0:0:limits`. */
const reference = /^\$0:(.+)$/;

/** As Next names actions; which there are, it knows itself, and tells a page that is older than the build. */
const actionId = /^[0-9a-f]{42}$/;

function unreadable(): AppError {
  return new AppError("invalid_request", "The body is not what a page of ours sends.");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isWithin(root: unknown, way: string): boolean {
  let at = root;
  for (const key of way.split(":")) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return false;
    at = at[key as keyof typeof at];
  }
  return isObject(at);
}

function assertReadable(value: unknown, root: unknown, depth = 0): void {
  if (typeof value === "string" && value.startsWith("$") && !written.test(value)) {
    const [, way] = reference.exec(value) ?? [];
    if (!way || !isWithin(root, way)) throw unreadable();
  }
  if (!isObject(value)) return;
  if (depth > jsonMaxDepth || Object.hasOwn(value, "__proto__")) throw unreadable();
  for (const inner of Object.values(value)) assertReadable(inner, root, depth + 1);
}

/** As Next compares them: a proxy's word for the host before the host itself. */
function isForeign(headers: Headers): boolean {
  const origin = headers.get("origin");
  if (!origin) return false;
  const forwarded = headers.get("x-forwarded-host")?.split(",")[0]?.trim();
  return !URL.canParse(origin) || new URL(origin).host !== (forwarded || headers.get("host"));
}

/**
 * Refuses a POST to a page that is no call of a server action as our pages make them: an array of one input at most,
 * as text. Next answers those with 500. What React could read besides (files, promises, references to other parts and
 * to functions) no page of ours sends, so its reader is never shown any (docs/decisions/0027).
 * @throws AppError `forbidden`, `unsupported_media_type`, `payload_too_large`, `invalid_request`
 */
export async function assertActionRequest(request: Request): Promise<void> {
  const { headers } = request;
  if (headers.get("content-type")?.toLowerCase().startsWith("multipart/form-data")) {
    throw new AppError("unsupported_media_type", "Form data is not read here.");
  }
  const action = headers.get("next-action");
  if (action === null) return;
  if (!actionId.test(action)) throw new AppError("invalid_request", "The header Next-Action names no action.");
  if (isForeign(headers)) throw new AppError("forbidden", "This address answers the dashboard’s own pages only.");
  if (mediaTypeOf(headers) !== "text/plain") {
    throw new AppError("unsupported_media_type", "What a page calls is sent as text/plain.");
  }
  const inputs = parsed(await readText(request, maxBytes));
  if (!Array.isArray(inputs) || inputs.length > 1) throw unreadable();
  assertReadable(inputs, inputs);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}
