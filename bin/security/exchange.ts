import { connect } from "node:net";

/** What a server said to some bytes. */
export interface Answer {
  /** Of each answer, in turn; none where the connection was closed without a word. */
  statuses: number[];
  text: string;
  /** Whether the connection was still open, with nothing said, when the time was over. */
  isHanging: boolean;
}

const statusLine = /HTTP\/1\.1 (\d{3})/g;

/** An answer that goes on as long as somebody listens. */
const endless = /^content-type: text\/event-stream/im;

/**
 * Sends bytes over a connection of their own and reads until the server closes it.
 * @param isCut whether nothing follows, although the bytes promise more: our side is closed then
 * @param boundMs how long the server may take
 */
export function exchange(port: number, bytes: Buffer, isCut: boolean, boundMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const end = (isHanging: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString("utf8");
      const statuses = [...text.matchAll(statusLine)].map(([, status]) => Number(status));
      resolve({ statuses, text, isHanging: isHanging && !endless.test(text) });
    };
    const timer = setTimeout(() => end(true), boundMs);
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      // Nobody listens to the end of what has none.
      if (endless.test(chunk.toString("latin1"))) setTimeout(() => end(false), 50);
    });
    socket.once("end", () => end(false));
    // The server may close before it has read all: what it said until then counts.
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
    if (isCut) socket.end(bytes);
    else socket.write(bytes);
  });
}
