import { operatorRoute } from "@/lib/auth/route";
import { listModels } from "@/lib/providers/test-connection";

/**
 * What the model combobox offers: the provider is asked for its list. A route and not an action,
 * because actions wait for each other and a provider may take its time.
 */
export const GET = operatorRoute<{ providerId: string }>(async (ctx, _request, { providerId }) => {
  const { models } = await listModels(ctx, providerId);
  return { models };
});
