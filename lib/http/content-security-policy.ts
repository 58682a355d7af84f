/** Request header by which proxy.ts tells the layout this response's nonce. */
export const nonceHeader = "x-nonce";

/**
 * A page's content security policy (CSP level 3): scripts by nonce, nothing from elsewhere, in no
 * frame. Style attributes are the component library's, and cannot carry a nonce. A shared chat alone
 * may show a picture from another https address: its avatar (docs/decisions/0018).
 */
export function contentSecurityPolicy(nonce: string, pathname: string, isDevelopment: boolean): string {
  const pictures = pathname.startsWith("/chat/") ? " https:" : "";
  return [
    "default-src 'self'",
    // React's development build reconstructs server stacks with eval.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${pictures}`,
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
