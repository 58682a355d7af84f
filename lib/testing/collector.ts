import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A span as OTLP's JSON encoding has it (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
  events: { name: string }[];
  status: { code?: number };
}

export interface CollectedSpan extends Pick<OtlpSpan, "traceId" | "spanId" | "parentSpanId" | "name" | "kind"> {
  attributes: Record<string, unknown>;
  events: string[];
  isError: boolean;
}

interface OtlpRequest {
  resourceSpans: { resource: Pick<OtlpSpan, "attributes">; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

const plain = (attributes: OtlpSpan["attributes"]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

function collected({ traceId, spanId, parentSpanId, name, kind, attributes, events, status }: OtlpSpan): CollectedSpan {
  const ids = { traceId, spanId, ...(parentSpanId && { parentSpanId }) };
  return {
    ...{ ...ids, name, kind, attributes: plain(attributes) },
    ...{ events: events.map((event) => event.name), isError: status.code === 2 },
  };
}

/** A collector of OpenTelemetry traces on a loopback port, which keeps what it is sent. */
export async function startCollector() {
  const bodies: string[] = [];
  const headers: unknown[] = [];
  let answers = true;
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    headers.push(request.headers);
    if (answers) response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const requests = () => bodies.map((body) => JSON.parse(body) as OtlpRequest);
  const resourceSpans = () => requests().flatMap((request) => request.resourceSpans);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** All that arrived, as it came. */
    bytes: () => bodies.join("\n"),
    headers,
    spans: () => resourceSpans().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(collected))),
    resources: () => resourceSpans().map(({ resource }) => plain(resource.attributes)),
    /** From now on it takes what it is sent and never answers. */
    fallSilent: () => {
      answers = false;
    },
    reset: () => {
      bodies.length = 0;
      headers.length = 0;
      answers = true;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
