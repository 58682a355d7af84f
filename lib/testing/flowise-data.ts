import { createHash } from "node:crypto";

/** An API key as `GET /api/v1/apikey` of Flowise 3.1.4 lists it: the token in clear. */
export interface FlowiseApiKey {
  id: string;
  /** The token: 32 random bytes in base64url, 43 characters. */
  apiKey: string;
  apiSecret: string;
  keyName: string;
  permissions: string[];
  updatedDate: string;
  workspaceId: string;
  chatFlows: { flowName: string; category: string | null; updatedDate: string }[];
}

/** A flow as `GET /api/v1/chatflows` lists it. */
export interface FlowiseChatflow {
  id: string;
  name: string;
  /** JSON in a string, as Flowise keeps it. */
  flowData: string;
  deployed: boolean;
  isPublic: boolean;
  /** Null or "": anybody may call it. */
  apikeyid: string | null;
  chatbotConfig: string | null;
  apiConfig: string | null;
  category: string | null;
  type: "CHATFLOW" | "AGENTFLOW" | "MULTIAGENT" | "ASSISTANT";
}

const updatedDate = "2026-10-01T09:00:00.000Z";
const workspaceId = "5c3f0c5e-9f4b-4f0c-8d51-0d7f3f3a9c11";

/** A key with a token that is always the same for the same name, and of Flowise's own form. */
export function flowiseApiKey(keyName: string, more: Partial<FlowiseApiKey> = {}): FlowiseApiKey {
  const bytes = createHash("sha256").update(keyName).digest();
  return {
    id: uuidFrom(`key ${keyName}`),
    apiKey: bytes.toString("base64url"),
    apiSecret: `${bytes.toString("hex")}${bytes.toString("hex")}.${bytes.toString("hex").slice(0, 32)}`,
    keyName,
    permissions: ["chatflows:view", "apikeys:view"],
    updatedDate,
    workspaceId,
    chatFlows: [],
    ...more,
  };
}

/** A flow with an id that is always the same for the same name. */
export function flowiseChatflow(name: string, more: Partial<FlowiseChatflow> = {}): FlowiseChatflow {
  return {
    id: uuidFrom(`flow ${name}`),
    name,
    flowData: JSON.stringify({ nodes: [], edges: [], viewport: { x: 0, y: 0, zoom: 1 } }),
    deployed: false,
    isPublic: false,
    apikeyid: null,
    chatbotConfig: null,
    apiConfig: null,
    category: null,
    type: "CHATFLOW",
    ...more,
  };
}

/** In the form of a random UUID (RFC 9562, version 4). */
function uuidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
