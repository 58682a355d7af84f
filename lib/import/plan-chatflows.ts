import type { Token } from "@/lib/api-keys/token";
import { isUuid, publicCredentialId } from "@/lib/ids";
import type { Existing } from "@/lib/import/existing";
import type { FlowiseFlow, FlowiseKey } from "@/lib/import/flowise-data";
import { freeName, tidyName } from "@/lib/import/names";
import type { PlannedKey } from "@/lib/import/plan-keys";
import type { ReportedChatflow } from "@/lib/import/schema";
import { foldName } from "@/lib/names";

const namelessChatflow = "Flowise chatflow";

/** As the engine’s own schema takes it: it becomes a part of an address. */
const flowId = /^[\w-]{1,200}$/;

/** The nil UUID stands for "no such chatflow" where a call is verified. */
const canBeChatflowId = (id: string) => isUuid(id) && id !== publicCredentialId;

/** A chatflow as it will be made, or why not. */
export interface PlannedChatflow extends ReportedChatflow {
  /** Whether callers find it under the id that it has at Flowise. */
  keepsId: boolean;
}

export function tidyChatflowName({ name }: FlowiseFlow): string {
  return tidyName(name, namelessChatflow);
}

interface Planning {
  existing: Existing;
  skipped: ReadonlySet<string>;
  opened: ReadonlySet<string>;
  /** What each of Flowise's key ids stands for here. */
  keysById: ReadonlyMap<string, PlannedKey>;
  flowiseKeys: readonly FlowiseKey[];
  /** Null where it is not known which server the flows run on. */
  gateway: { token: Token | null } | null;
}

type Decided = Pick<ReportedChatflow, "access" | "accessNote">;

const closed = (note: string): Decided => ({ access: { kind: "closed" }, accessNote: note });

/** Who may call a flow here. Nothing opens but what the operator ticked. */
function decideAccess(flow: FlowiseFlow, { opened, keysById }: Planning): Decided {
  if (flow.keyId) {
    const key = keysById.get(flow.keyId);
    if (!key) return closed("Its key does not come along, so it is closed until you assign another.");
    return { access: { kind: "key", keyName: key.name, keySourceId: key.sourceId }, accessNote: null };
  }
  if (opened.has(flow.id)) return { access: { kind: "public" }, accessNote: "You chose to let anybody call it." };
  if (flow.keyId === undefined) {
    return closed("The file does not say which key guards it, so it is closed until you assign one.");
  }
  return closed("Anybody may call it at Flowise. Here it is closed until you assign a key or make it public.");
}

/** What has to be done at Flowise, so that it answers Flowlatch: it asks for the flow's own key. */
function adviceAtFlowise({ keyId }: FlowiseFlow, { gateway, flowiseKeys }: Planning): string[] {
  const key = keyId ? flowiseKeys.find(({ id }) => id === keyId) : undefined;
  if (!keyId || !gateway || (key && gateway.token === key.token.trim())) return [];
  return ["Flowise still asks for this flow’s own key: there, assign the key that Flowlatch calls with to it."];
}

/** What becomes of each flow, in their order. */
export function planChatflows(flows: FlowiseFlow[], planning: Planning): PlannedChatflow[] {
  const { existing, skipped, gateway } = planning;
  const names = new Set(existing.chatflowNames);
  return flows.map((flow) => {
    const tidied = tidyChatflowName(flow);
    const keepsId = canBeChatflowId(flow.id) && !existing.chatflowIds.has(flow.id.toLowerCase());
    const base = { sourceId: flow.id, id: null, name: tidied, access: null, accessNote: null, keepsId };
    const leftOut = (note: string): PlannedChatflow => ({ ...base, outcome: "left-out", notes: [note] });
    if (skipped.has(flow.id)) return leftOut("You chose to leave it out.");
    if (!gateway) return leftOut("It answers on a Flowise server: choose which one.");
    if (!flowId.test(flow.id)) return leftOut("Its id is none that Flowise gives.");
    const here = existing.chatflows.get(flow.id);
    if (here) return { ...base, ...here, outcome: "here", notes: ["It was imported before, and is left as it is."] };
    const name = freeName(tidied, names);
    names.add(foldName(name));
    const renamed = [
      ...(tidied !== flow.name.normalize("NFC").trim() ? ["Its name at Flowise is not allowed here."] : []),
      ...(name !== tidied ? [`The name “${tidied}” is taken.`] : []),
      ...(keepsId ? [] : ["It cannot keep its id: whoever calls it needs the new one."]),
    ];
    return {
      ...{ ...base, ...decideAccess(flow, planning), name, outcome: "made" },
      notes: [...renamed, ...adviceAtFlowise(flow, planning)],
    };
  });
}
