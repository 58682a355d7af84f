/** As `requestIdOf` (lib/http/request-id.ts) lets them into answers. */
const requestId = /[\w.-]{8,128}/;
const named = new RegExp(`request[-_ ]?id["']?\\s*[:=]\\s*["']?(${requestId.source})`, "i");
const alone = new RegExp(`^${requestId.source}$`);

/**
 * The request id in what people paste: the id itself, a header line, or a whole problem+json. Null
 * where there is none.
 */
export function pastedRequestId(text: string): string | null {
  const trimmed = text.trim();
  return named.exec(trimmed)?.[1] ?? (alone.test(trimmed) ? trimmed : null);
}
