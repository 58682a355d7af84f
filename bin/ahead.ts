import type { IncomingMessage, ServerResponse } from "node:http";
import { NodeRequest, sendNodeResponse } from "srvx/node";

type PredictionHandler = (request: Request, context: { params: Promise<{ chatflowId: string }> }) => Promise<Response>;

/** As next.config.js has it for all that Next answers under /api. */
const everyAnswer = { "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors 'none'" };

/** An id or a slug, and no query: with what else there may be, Next knows how to deal. */
const predictionPath = /^\/api\/v1\/prediction\/([\w-]+)$/;

function isRepeated({ rawHeaders }: IncomingMessage, name: string): boolean {
  return rawHeaders.filter((one, index) => index % 2 === 0 && one.toLowerCase() === name).length > 1;
}

/**
 * Answers a prediction by the handler of its own route, which the app has left on globalThis
 * (instrumentation.ts), without Next around it: that is four fifths of what a refusal costs
 * (docs/decisions/0025). What is said of a call is the same either way.
 *
 * A body of unknown length goes the other way: giving up on one of them here would close the connection
 * before the caller reads why. So do two Authorization headers, of which Node lets the first count.
 * @returns whether it answers
 */
export function answerAhead(request: IncomingMessage, response: ServerResponse): boolean {
  const { flowlatchPrediction: handler } = globalThis as { flowlatchPrediction?: PredictionHandler };
  const [, chatflowId] = predictionPath.exec(request.url ?? "") ?? [];
  if (!handler || !chatflowId || request.method !== "POST") return false;
  if (request.headers["content-length"] === undefined || isRepeated(request, "authorization")) return false;
  const call = new NodeRequest({ req: request, res: response }) as unknown as Request;
  handler(call, { params: Promise.resolve({ chatflowId }) })
    .then((answer) => {
      for (const [name, value] of Object.entries(everyAnswer)) answer.headers.set(name, value);
      return sendNodeResponse(response, answer);
    })
    // An answer that broke off in the middle, or nothing at all: the handler itself tells every failure.
    .catch(() => (response.headersSent ? response.destroy() : response.writeHead(500).end()));
  return true;
}
