import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { type Answer, askProvider } from "@/lib/providers/ask";
import type { ProviderConnection } from "@/lib/providers/connection";
import { flowiseUrl } from "@/lib/providers/flowise-url";

type Draft = Pick<ProviderConnection, "baseUrl" | "apiKey">;

const defaultLimitMs = 10_000;
/** Flowise lists each flow with its whole graph, some 100 kB of it. */
const maxBytes = 64 * 1_048_576;
const maxNameLength = 200;

/** A flow as Flowise lists it. */
export interface Flow {
  id: string;
  name: string;
}

const listSchema = z
  .array(z.object({ id: z.string(), name: z.string() }))
  .transform((rows) => rows.map(({ id, name }) => ({ id, name: name.slice(0, maxNameLength).toWellFormed() })));

const byName = new Intl.Collator("en", { numeric: true });

/** Flowise answers 401 where its list is asked for, and 500 "Unauthorized" elsewhere, with a key it does not know. */
function refusesKey({ status, json }: Answer): boolean {
  return status === 401 || (status === 500 && JSON.stringify(json ?? "").includes("Unauthorized"));
}

/** Why a Flowise server gave no list. @param noun what it was asked for: "flows" */
export function refusalOfFlowise(answer: Answer, host: string, noun: string): AppError {
  const { status, isHtml, json } = answer;
  const failed = (message: string, field: "baseUrl" | "apiKey") => new AppError("upstream_failed", message, { field });
  if (refusesKey(answer)) {
    return failed(
      `${host} refused the API key (${status}). Check that it was copied whole and still exists in Flowise.`,
      "apiKey",
    );
  }
  if (status === 403) {
    return failed(
      `${host} does not allow this API key to list ${noun} (403). Check what the key is permitted in Flowise.`,
      "apiKey",
    );
  }
  if (status === 429) return failed(`${host} takes no more requests right now (429). Try again later.`, "baseUrl");
  if (status >= 500) return failed(`${host} has an error of its own (${status}). Try again later.`, "baseUrl");
  if (isHtml || json === undefined) {
    return failed(`${host} answers, but not as Flowise’s API does (${status}). Check the base URL.`, "baseUrl");
  }
  return failed(`${host} has no list of ${noun} at this address (${status}). Check the base URL.`, "baseUrl");
}

/**
 * Asks a Flowise server for its flows, and so whether address and key are right.
 * @param limitMs how long to wait for the whole answer
 * @returns in order of their names
 * @throws AppError `upstream_failed` or `upstream_timeout` with one sentence, and the field it is about
 */
export async function fetchFlows({ baseUrl, apiKey }: Draft, limitMs = defaultLimitMs): Promise<Flow[]> {
  const address = flowiseUrl(baseUrl, "/chatflows");
  const limit = { ms: limitMs, signal: AbortSignal.timeout(limitMs), maxBytes };
  const answer = await askProvider(address, apiKey ? { Authorization: `Bearer ${apiKey}` } : {}, limit);
  const flows = answer.status === 200 ? listSchema.safeParse(answer.json).data : undefined;
  if (!flows) throw refusalOfFlowise(answer, address.host, "flows");
  return flows.sort((a, b) => byName.compare(a.name, b.name));
}
