import type { ChatflowDetail } from "@/lib/chatflows/schema";
import type {
  EngineConfig,
  EngineConfigInput,
  EngineKind,
  FlowiseConfig,
  KnowledgeConfig,
  ModelConfig,
} from "@/lib/engines/config";

/** A chatflow as it is being edited: what the fields hold, whether or not it could be saved. */

export type Saved = Pick<ChatflowDetail, "id" | "name" | "version" | "engine">;

/** What a number field holds: "" when it is empty, text when that is no number it can show. */
type NumberValue = number | string;

export interface VariableDraft {
  /** Tells the rows apart while their names are being typed. */
  id: number;
  name: string;
  default: string;
}

type Loose<Config, Numbers extends keyof Config> = Omit<Config, "kind" | "variables" | Numbers> &
  Record<Numbers, NumberValue>;

export type KnowledgeDraft = Loose<KnowledgeConfig, "maxPassages" | "memoryTurns">;
export type ModelDraft = Loose<
  ModelConfig,
  | "temperature"
  | "maxOutputTokens"
  | "memoryTurns"
  | "maxPassages"
  | "firstTokenTimeoutSeconds"
  | "answerTimeoutSeconds"
> & { variables: VariableDraft[] };

export type FlowiseDraft = Loose<FlowiseConfig, "firstTokenTimeoutSeconds" | "answerTimeoutSeconds">;

/** The engines that are not chosen keep their values too, so that one can change one's mind. */
export interface Draft {
  name: string;
  kind: EngineKind;
  knowledge: KnowledgeDraft;
  model: ModelDraft;
  flowise: FlowiseDraft;
}

/** As the schema has them (lib/engines/config.ts), which pages do not load: a test holds the two together. */
const newKnowledge: KnowledgeDraft = { memoryTurns: 3, maxPassages: 3 };
const newModel: ModelDraft = {
  providerId: "",
  model: "",
  systemPrompt: "",
  variables: [],
  temperature: "",
  maxOutputTokens: "",
  memoryTurns: 3,
  grounding: true,
  maxPassages: 4,
  allowImages: false,
  firstTokenTimeoutSeconds: 30,
  answerTimeoutSeconds: 120,
};

const newFlowise: FlowiseDraft = {
  providerId: "",
  flowId: "",
  flowName: "",
  memoryTurns: 0,
  passOverrides: false,
  passUploads: false,
  passHistory: false,
  firstTokenTimeoutSeconds: 60,
  answerTimeoutSeconds: 180,
};

let lastVariableId = 0;

export function newVariable(name = "", fallback = ""): VariableDraft {
  lastVariableId += 1;
  return { id: lastVariableId, name, default: fallback };
}

function modelDraftOf({ kind: _, ...config }: ModelConfig): ModelDraft {
  return {
    ...config,
    temperature: config.temperature ?? "",
    maxOutputTokens: config.maxOutputTokens ?? "",
    variables: config.variables.map((variable) => newVariable(variable.name, variable.default)),
  };
}

function knowledgeDraftOf({ kind: _, ...config }: KnowledgeConfig): KnowledgeDraft {
  return config;
}

function flowiseDraftOf({ kind: _, ...config }: FlowiseConfig): FlowiseDraft {
  return config;
}

export function draftOf({ name, engine }: Pick<Saved, "name" | "engine">): Draft {
  return {
    name,
    kind: engine.kind,
    knowledge: engine.kind === "knowledge" ? knowledgeDraftOf(engine) : newKnowledge,
    model: engine.kind === "model" ? modelDraftOf(engine) : newModel,
    flowise: engine.kind === "flowise" ? flowiseDraftOf(engine) : newFlowise,
  };
}

const orNull = (value: NumberValue) => (value === "" ? null : value);

/** The engine a draft describes, to be checked: its numbers may be none. */
export function engineOf({ kind, knowledge, model, flowise }: Draft): EngineConfigInput {
  if (kind === "knowledge") return { kind, ...knowledge } as EngineConfigInput;
  if (kind === "flowise") return { kind, ...flowise } as EngineConfigInput;
  return {
    kind,
    ...model,
    temperature: orNull(model.temperature),
    maxOutputTokens: orNull(model.maxOutputTokens),
    variables: model.variables.map((variable) => ({ name: variable.name, default: variable.default })),
  } as EngineConfigInput;
}

/** Whether two drafts would be saved as the same. */
export function isSame(a: Draft, b: Draft): boolean {
  return a.name === b.name && JSON.stringify(sorted(engineOf(a))) === JSON.stringify(sorted(engineOf(b)));
}

function sorted(engine: object): [string, unknown][] {
  return Object.entries(engine).sort(([a], [b]) => (a < b ? -1 : 1));
}

const labels: Record<string, string> = {
  providerId: "Provider",
  model: "Model",
  systemPrompt: "System prompt",
  variables: "Variables",
  temperature: "Temperature",
  maxOutputTokens: "Output tokens",
  memoryTurns: "Turns remembered",
  grounding: "Answer from its documents",
  maxPassages: "Passages per answer",
  allowImages: "Take images",
  flowId: "Flow",
  flowName: "Flow",
  passOverrides: "Overrides",
  passUploads: "Uploads",
  passHistory: "History",
  firstTokenTimeoutSeconds: "First token within",
  answerTimeoutSeconds: "Whole answer within",
};

/** What differs between two versions, in the words of the form. */
export function changedLabels(before: Pick<Saved, "name" | "engine">, after: Pick<Saved, "name" | "engine">): string[] {
  const changed = before.name === after.name ? [] : ["Name"];
  if (before.engine.kind !== after.engine.kind) return [...changed, "Engine"];
  const [old, now] = [before.engine, after.engine] as Record<keyof EngineConfig, unknown>[];
  const fields = Object.keys(after.engine) as (keyof EngineConfig)[];
  const differs = (field: keyof EngineConfig) => JSON.stringify(old?.[field]) !== JSON.stringify(now?.[field]);
  return [...new Set([...changed, ...fields.filter(differs).map((field) => labels[field] ?? field)])];
}
