import type { RefusalReason } from "@/lib/api-keys/refusals";

/** Safe in the browser: why a call was refused, as an operator reads it, and what can be done. */
const words: Record<RefusalReason, { what: string; advice: string }> = {
  token_in_query: {
    what: "Token in the address",
    advice: "Logs keep addresses: send the token in the Authorization header, and regenerate the key.",
  },
  foreign_origin: {
    what: "Page of another website",
    advice:
      "MCP answers programs and no web pages: call it from a server, or let the page call the prediction endpoint.",
  },
  no_token: { what: "No token", advice: "The call had no Authorization header. Send the key’s token with it." },
  malformed_token: {
    what: "Malformed token",
    advice: "It is no token of Flowlatch, or a part of it is missing. Copy it whole.",
  },
  unknown_token: { what: "Unknown token", advice: "No key has this token. Its key may have been deleted." },
  foreign_token: { what: "Another workspace’s token", advice: "Use a key of the chatflow’s own workspace." },
  retired_token: {
    what: "Old token",
    advice: "The key was regenerated and this is the token it had before. Send the new one.",
  },
  exposed_token: { what: "Token reported as found", advice: "Regenerate the key and hand over the new token." },
  disabled_key: { what: "Key disabled", advice: "Enable the key to let it work again." },
  expired_key: { what: "Key expired", advice: "Set a later expiry, or use another key." },
  address_not_allowed: { what: "Address not allowed", advice: "Add the address to the key’s allowed addresses." },
  unknown_chatflow: { what: "No such chatflow", advice: "Check the chatflow’s id in the address that was called." },
  closed_chatflow: { what: "Chatflow closed", advice: "Assign a key to the chatflow." },
  other_key: { what: "Key not accepted there", advice: "Assign this key to the chatflow, or use one it accepts." },
  limit_reached: { what: "Limit reached", advice: "Call less often, or raise the key’s limits." },
  visitor_limit_reached: {
    what: "Visitor’s limit reached",
    advice: "An address called this public chatflow too often. Its sharing settings have the limit.",
  },
};

export function sayRefusal(reason: RefusalReason): { what: string; advice: string } {
  return words[reason];
}
