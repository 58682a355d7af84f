import "server-only";
import type { z } from "zod";
import { authorize } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { parseInput } from "@/lib/parse-input";
import { connectionOf, type ProviderConnection } from "@/lib/providers/connection";
import { fetchModels } from "@/lib/providers/model-list";
import { renewCredential } from "@/lib/providers/renew";
import { checkAddress, editedConnection, readProvider } from "@/lib/providers/saved";
import { checkDraftSchema, testConnectionSchema } from "@/lib/providers/schema";

/** That a provider answers, and what with. */
export interface ConnectionReport {
  /** Null when the server offers no list. */
  models: string[] | null;
  message: string;
}

/**
 * Calls a provider as it would be saved.
 * @throws AppError `upstream_failed`, `upstream_timeout` or `invalid_input` with one sentence
 */
export async function reportOn(connection: Omit<ProviderConnection, "id">): Promise<ConnectionReport> {
  checkAddress(connection.baseUrl);
  const models = await fetchModels(connection);
  if (models === null) {
    return {
      models,
      message:
        "The server is reachable but offers no list of models, so the API key could not be checked. Type the model’s name where one is asked for.",
    };
  }
  if (models.length === 0) return { models, message: "The connection works, but the provider has no models yet." };
  const count = models.length === 1 ? "one model" : `${models.length.toLocaleString("en")} models`;
  return { models, message: `The connection works. The provider offers ${count}.` };
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
  return { models: (await fetchModels(connection)) ?? [] };
}
