import "server-only";
import type { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { parseInput } from "@/lib/parse-input";
import { connectionOf, type ProviderConnection } from "@/lib/providers/connection";
import { type Flow, fetchFlows } from "@/lib/providers/flow-list";
import { offersModels } from "@/lib/providers/kinds";
import { fetchModels } from "@/lib/providers/model-list";
import { renewCredential } from "@/lib/providers/renew";
import { checkAddress, editedConnection, readProvider } from "@/lib/providers/saved";
import { checkDraftSchema, testConnectionSchema } from "@/lib/providers/schema";

/** That a provider answers, and what with. */
export interface ConnectionReport {
  /** Null when the server offers no list, as a Flowise server does not. */
  models: string[] | null;
  /** Of a Flowise server; null of every other. */
  flows: Flow[] | null;
  message: string;
}

function found(count: number, noun: "model" | "flow"): string {
  if (count === 0) return `The connection works, but the provider has no ${noun}s yet.`;
  const counted = count === 1 ? `one ${noun}` : `${count.toLocaleString("en")} ${noun}s`;
  return `The connection works. The provider offers ${counted}.`;
}

const withoutList =
  "The server is reachable but offers no list of models, so the API key could not be checked. Type the model’s name where one is asked for.";

/**
 * Calls a provider as it would be saved.
 * @throws AppError `upstream_failed`, `upstream_timeout` or `invalid_input` with one sentence
 */
export async function reportOn(connection: Omit<ProviderConnection, "id">): Promise<ConnectionReport> {
  checkAddress(connection.baseUrl);
  if (offersModels(connection)) {
    const models = await fetchModels(connection);
    return { models, flows: null, message: models ? found(models.length, "model") : withoutList };
  }
  const flows = await fetchFlows(connection);
  return { models: null, flows, message: found(flows.length, "flow") };
}

/**
 * Tests a provider before it is saved, or a saved one with what was edited.
 * @throws AppError as `reportOn`, or `not_found` or `forbidden`
 */
export async function testConnection(
  ctx: Context,
  input: z.input<typeof testConnectionSchema>,
): Promise<ConnectionReport> {
  authorize(ctx.actor, "providers:write");
  const { id, ...draft } = parseInput(testConnectionSchema, input);
  if (id === undefined) return await reportOn({ ...parseInput(checkDraftSchema, draft), apiKey: draft.apiKey || null });
  const saved = await readProvider(ctx, id);
  const connection = editedConnection(saved, draft);
  parseInput(checkDraftSchema, connection);
  const report = await reportOn(connection);
  if (draft.apiKey === "") await renewCredential(ctx, id);
  return report;
}

/**
 * A saved provider's models, for those who build chatflows; none where the provider offers no list.
 * @throws AppError `upstream_failed`, `upstream_timeout`, `not_found` or `forbidden`
 */
export async function listModels(ctx: Context, providerId: string): Promise<{ models: string[] }> {
  authorize(ctx.actor, "chatflows:write");
  const connection = connectionOf(await readProvider(ctx, providerId));
  return { models: (offersModels(connection) && (await fetchModels(connection))) || [] };
}

/**
 * A saved Flowise server's flows, for those who build chatflows; none where it is of another kind.
 * @throws AppError as `listModels`
 */
export async function listFlows(ctx: Context, providerId: string): Promise<{ flows: Flow[] }> {
  authorize(ctx.actor, "chatflows:write");
  const connection = connectionOf(await readProvider(ctx, providerId));
  return { flows: offersModels(connection) ? [] : await fetchFlows(connection) };
}
