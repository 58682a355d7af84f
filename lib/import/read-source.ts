import "server-only";
import type { z } from "zod";
import type { Context } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { type FlowiseData, flowiseDataSchema, readFlowiseData } from "@/lib/import/flowise-data";
import { findGateway, type ServerPlace } from "@/lib/import/gateway";
import type { importSourceSchema } from "@/lib/import/schema";
import { parseInput } from "@/lib/parse-input";
import { askProvider } from "@/lib/providers/ask";
import { refusalOfFlowise } from "@/lib/providers/flow-list";
import { flowiseUrl } from "@/lib/providers/flowise-url";
import { checkAddress } from "@/lib/providers/saved";
import { checkDraftSchema } from "@/lib/providers/schema";

const limitMs = 30_000;
/** Flowise lists each flow with its whole graph, some 100 kB of it. */
const maxBytes = 64 * 1_048_576;

/** What is to be imported, and where its chatflows run; null where nobody said. */
export interface ReadSource {
  data: FlowiseData;
  place: ServerPlace | null;
}

async function askFlowise(baseUrl: string, apiKey: string, path: string, noun: string): Promise<unknown> {
  const address = flowiseUrl(baseUrl, path);
  const limit = { ms: limitMs, signal: AbortSignal.timeout(limitMs), maxBytes };
  const answer = await askProvider(address, { Authorization: `Bearer ${apiKey}` }, limit);
  if (answer.status !== 200 || !Array.isArray(answer.json)) throw refusalOfFlowise(answer, address.host, noun);
  return answer.json;
}

/** All keys, with their tokens, and all flows of a Flowise server. */
async function fetchFlowiseData(baseUrl: string, apiKey: string): Promise<FlowiseData> {
  const data = readFlowiseData([
    await askFlowise(baseUrl, apiKey, "/chatflows", "flows"),
    await askFlowise(baseUrl, apiKey, "/apikey", "API keys"),
  ]);
  if (data) return parseInput(flowiseDataSchema, data);
  const message = `${new URL(baseUrl).host} answers, but not as Flowise’s API does. Check the base URL.`;
  throw new AppError("upstream_failed", message, { field: "baseUrl" });
}

/**
 * Reads what is to be imported. A server is asked only once it is clear that the actor may have it asked.
 * @throws AppError `invalid_input`, `forbidden`, `upstream_failed` or `upstream_timeout`
 */
export async function readSource(ctx: Context, source: z.output<typeof importSourceSchema>): Promise<ReadSource> {
  if (source.kind === "file") {
    const { data, providerId } = source;
    return { data, place: providerId === null ? null : { kind: "provider", providerId } };
  }
  const { baseUrl, apiKey } = parseInput(checkDraftSchema, { ...source, kind: "flowise" });
  if (baseUrl === null || apiKey === null) throw new AppError("internal", "A checked address is never empty.");
  checkAddress(baseUrl);
  const place: ServerPlace = { kind: "address", baseUrl, apiKey };
  await findGateway(ctx.db.prisma, ctx, place);
  return { data: await fetchFlowiseData(baseUrl, apiKey), place };
}
