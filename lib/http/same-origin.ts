import { publicUrl } from "@/lib/env";
import { AppError } from "@/lib/errors";

function hostOf(url: string | null | undefined): string | null {
  return url && URL.canParse(url) ? new URL(url).host : null;
}

/**
 * Whether a request comes from one of our own pages. Browsers say it themselves (Sec-Fetch-Site, on https and
 * localhost), else the Origin tells.
 */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = hostOf(headers.get("origin"));
  const isOwn = origin !== null && (origin === headers.get("host") || origin === hostOf(publicUrl()));
  return site === null ? isOwn : site === "same-origin";
}

/**
 * Refuses a request that another site's page made a browser send with the operator's cookie.
 * @throws AppError `forbidden`
 */
export function assertSameOrigin(headers: Headers): void {
  if (isSameOrigin(headers)) return;
  throw new AppError("forbidden", "This address answers the dashboard’s own pages only.");
}
