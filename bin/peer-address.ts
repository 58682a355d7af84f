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
  request.headers[peerAddressHeader] = (request.socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/, "");
}
