import type { IncomingMessage } from "node:http";

/** Read by lib/http/client-address.ts. */
const peerAddressHeader = "x-flowlatch-peer";

/** Tells the app, in this process, that the header is this server's word and not a client's. */
(globalThis as { flowlatchTellsPeers?: true }).flowlatchTellsPeers = true;

/**
 * Puts the socket's other end where the app looks for it, in place of what a client sent under that
 * name: Node has by now joined duplicates and letter cases into one. IPv4 is written as such where
 * the server listens on both.
 */
export function replacePeerAddress(request: IncomingMessage): void {
  const peer = (request.socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/, "");
  request.headers[peerAddressHeader] = peer;
  // For readers of the headers as they came.
  const { rawHeaders } = request;
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]?.toLowerCase() === peerAddressHeader) rawHeaders.splice(at, 2);
  }
  rawHeaders.push(peerAddressHeader, peer);
}
