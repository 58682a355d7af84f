import { operatorRoute } from "@/lib/auth/route";
import { listFlows } from "@/lib/providers/test-connection";

/** What the field of a flow offers: the Flowise server is asked for its list. A route for the same reason as that of models. */
export const GET = operatorRoute<{ providerId: string }>(async (ctx, _request, { providerId }) => {
  const { flows } = await listFlows(ctx, providerId);
  return { flows };
});
