import { createApiKey } from "@/lib/api-keys/service";
import { createChatflow } from "@/lib/chatflows/service";
import type { Database } from "@/lib/db/client";
import type { EngineConfigInput } from "@/lib/engines/config";
import { createProvider } from "@/lib/providers/service";
import { operatorContext } from "@/lib/testing/fixtures";
import type { startFlowiseServer } from "@/lib/testing/flowise-server";

type Server = Pick<Awaited<ReturnType<typeof startFlowiseServer>>, "url" | "apiKeys" | "chatflows">;

export interface FlowiseChatflowOptions {
  /** By its name on the server. */
  flow?: string;
  apiKey?: string;
  engine?: Partial<Extract<EngineConfigInput, { kind: "flowise" }>>;
}

/** A chatflow on a flow of the stand-in's, guarded by the returned key, in a workspace of its own. */
export async function createFlowiseChatflow(
  db: Database,
  server: Server,
  { flow = "Guarded", apiKey = server.apiKeys[0]?.apiKey ?? "", engine }: FlowiseChatflowOptions = {},
) {
  const ctx = await operatorContext(db);
  const { id: providerId } = await createProvider(ctx, {
    name: "Our Flowise",
    kind: "flowise",
    baseUrl: server.url,
    apiKey,
    skipTest: true,
  });
  const flowId = server.chatflows.find(({ name }) => name === flow)?.id ?? flow;
  const { id: chatflowId } = await createChatflow(ctx, {
    name: "Support",
    engine: { kind: "flowise", providerId, flowId, flowName: flow, ...engine },
  });
  const key = await createApiKey(ctx, { name: "Website", chatflowId });
  return { ctx, chatflowId, key, providerId };
}
