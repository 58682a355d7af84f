"use client";

import { partUnreachable } from "@/components/use-lazy-part";
import type { EngineConfigInput, EngineKind } from "@/lib/engines/config";
import { updateChatflowAction } from "../../actions";
import { useVersionedDraft } from "../use-versioned-draft";
import {
  changedLabels,
  type Draft,
  draftOf,
  engineOf,
  type FlowiseDraft,
  isSame,
  type KnowledgeDraft,
  type ModelDraft,
  type Saved,
} from "./draft";

async function check(id: string, version: number, draft: Draft) {
  const { checkDraft } = await import("./check-draft");
  return checkDraft(id, version, draft);
}

async function send(input: Saved) {
  const result = await updateChatflowAction(input);
  return result.ok ? { ok: true as const, data: { ...input, ...result.data } } : result;
}

/** What the chat panel is to try: the engine as it is being edited, or why there is none. */
export type Trial = { ok: true; engine: EngineConfigInput } | { ok: false; message: string };

/**
 * A chatflow being edited.
 * @param chatflow the newest version that the page has
 */
export function useDraft(chatflow: Saved) {
  const { base, draft, errors, setErrors, theirs, change, ...editor } = useVersionedDraft(chatflow, {
    draftOf,
    isSame,
    check: (version, edited: Draft) => check(chatflow.id, version, edited),
    send,
    savedMessage: "Settings saved",
  });
  return {
    ...editor,
    draft,
    errors,
    theirs,
    /** What they changed, for a sentence. */
    changed: theirs && changedLabels(base, theirs),
    rename: (name: string) => change(() => ({ name }), ["name"]),
    changeKind: (kind: EngineKind) => change(() => ({ kind }), ["engine"]),
    changeKnowledge: (part: Partial<KnowledgeDraft>) =>
      change(({ knowledge }) => ({ knowledge: { ...knowledge, ...part } }), pathsOf(part)),
    changeModel: (part: Partial<ModelDraft>) =>
      change(({ model }) => ({ model: { ...model, ...part } }), pathsOf(part)),
    changeFlowise: (part: Partial<FlowiseDraft>) =>
      change(({ flowise }) => ({ flowise: { ...flowise, ...part } }), pathsOf(part)),
    /** What the chat panel asks. Errors are shown beside their fields as well. */
    async trial(): Promise<Trial> {
      const checked = await check(base.id, base.version, draft).catch(() => null);
      if (!checked) return { ok: false, message: partUnreachable };
      // A name that cannot be saved keeps nobody from trying.
      const { name: _, ...wrong } = checked.errors ?? {};
      if (checked.errors) setErrors(checked.errors);
      const [message] = Object.values(wrong);
      if (message) return { ok: false, message: `${message} Correct the settings, then try again.` };
      return { ok: true, engine: checked.data?.engine ?? engineOf(draft) };
    },
    refuse: (field: string, message: string) => setErrors((all) => ({ ...all, [field]: message })),
  };
}
export type DraftEditor = ReturnType<typeof useDraft>;

function pathsOf(part: object): string[] {
  return Object.keys(part).map((key) => `engine.${key}`);
}
