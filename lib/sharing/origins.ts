import { z } from "zod";

/** Safe in the browser. Websites one chatflow can list. */
export const allowedOriginsMax = 50;
/** Every website. Explicit, and by itself: beside it no other entry would mean anything. */
export const anyOrigin = "*";
/** A message quotes at most this much of what was given. */
const quotedMax = 60;

/**
 * A website's origin as browsers send it in `Origin` (RFC 6454): scheme, host in lower case and ASCII,
 * and the port where it is not the scheme's own.
 * @returns null for what is no origin: a path, a user name or another scheme than http and https
 */
function normalOrigin(given: string): string | null {
  // URL would take "https:example.com", a tab within, and "https://a.example/?" for something else.
  if (!/^https?:\/\/[^\s/?#@\\*]+\/?$/i.test(given) || !URL.canParse(given)) return null;
  return new URL(given).origin;
}

const origin = z
  .string("A website is an address, such as https://www.example.com.")
  .trim()
  .transform((given, ctx) => {
    if (given === anyOrigin) return anyOrigin;
    const found = normalOrigin(given);
    if (found !== null) return found;
    const quoted = given.length > quotedMax ? `${given.slice(0, quotedMax)}…` : given;
    ctx.addIssue({
      code: "custom",
      message: `“${quoted}” is not the address of a website. Write it like https://www.example.com, without a path; or * for every website.`,
    });
    return z.NEVER;
  });

/** The websites whose pages may call a chatflow from the browser: each once, in the order given. */
export const allowedOriginsSchema = z
  .array(origin, "Give a list of websites.")
  .max(allowedOriginsMax, `A chatflow can list at most ${allowedOriginsMax} websites.`)
  .transform((origins) => (origins.includes(anyOrigin) ? [anyOrigin] : [...new Set(origins)]));

/** The websites of stored sharing settings; none where there are none that can be read. */
export function allowedOriginsOf(sharing: unknown): string[] {
  const { allowedOrigins } = Object(sharing) as { allowedOrigins?: unknown };
  return Array.isArray(allowedOrigins) ? allowedOrigins.filter((one) => typeof one === "string") : [];
}
