import { can } from "@/lib/auth/roles";
import { operatorRoute } from "@/lib/auth/route";
import { listProviderOptions } from "@/lib/providers/options";

/** The providers that a new chatflow may be put on, read when its dialog opens. */
export const GET = operatorRoute(async (ctx) => ({
  providers: await listProviderOptions(ctx),
  canAdd: can(ctx.actor.role, "providers:write"),
}));
