"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { toast } from "@/components/toast";
import type { EngineConfigInput, EngineKind } from "@/lib/engines/config";
import { updateChatflowAction } from "../../actions";
import type { FieldErrors } from "./check-draft";
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

const unreachable = "Flowlatch could not be reached.";

/** The schemas, whose code comes with the first use. Null when it cannot be had. */
async function check(id: string, version: number, draft: Draft) {
  const module = await import("./check-draft").catch(() => null);
  return module?.checkDraft(id, version, draft) ?? null;
}

/** What the chat panel is to try: the engine as it is being edited, or why there is none. */
export type Trial = { ok: true; engine: EngineConfigInput } | { ok: false; message: string };

/**
 * A chatflow being edited, and its way to the server. Of two operators who edit at once, the second is
 * told, keeps what was typed, and chooses which version stays.
 * @param chatflow the newest version that the page has
 */
export function useDraft(chatflow: Saved) {
  const router = useRouter();
  /** What the draft began with, or was last saved as. */
  const [base, setBase] = useState(chatflow);
  const [draft, setDraft] = useState(() => draftOf(chatflow));
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isRefused, setIsRefused] = useState(false);
  const [takesTheirs, setTakesTheirs] = useState(false);
  const [isPending, startTransition] = useTransition();
  const isDirty = !isSame(draft, draftOf(base));
  const theirs = chatflow.version > base.version ? chatflow : null;

  function begin(from: Saved) {
    setBase(from);
    setDraft(draftOf(from));
    setErrors({});
    setFailure(null);
    setIsRefused(false);
    setTakesTheirs(false);
  }

  // A newer version on the page replaces what nobody here has touched, or was told to give up.
  if (theirs && (!isDirty || takesTheirs)) begin(theirs);

  function change(update: (before: Draft) => Partial<Draft>, paths: string[]) {
    setDraft((before) => ({ ...before, ...update(before) }));
    const isChanged = (path: string) => paths.some((one) => path === one || path.startsWith(`${one}.`));
    setErrors((all) => Object.fromEntries(Object.entries(all).filter(([path]) => !isChanged(path))));
  }

  function refused(error: { code: string; message: string; field?: string } | undefined) {
    if (error?.code === "conflict") {
      setIsRefused(true);
      // So that the page knows what they changed, and which version it would be to save over.
      router.refresh();
    } else if (error?.field) setErrors({ [error.field]: error.message });
    else setFailure(error?.message ?? `${unreachable} Nothing was saved.`);
  }

  /** @param version the one that is replaced: by default the one the draft began with */
  function save(version = base.version) {
    setFailure(null);
    setIsRefused(false);
    startTransition(async () => {
      const checked = await check(base.id, version, draft);
      if (!checked) return refused(undefined);
      setErrors(checked.errors ?? {});
      if (!checked.data) return;
      const result = await updateChatflowAction(checked.data).catch(() => null);
      if (!result?.ok) return refused(result?.error);
      begin({ ...checked.data, name: result.data.name, version: result.data.version });
      toast({ message: "Settings saved" });
      router.refresh();
    });
  }

  return {
    draft,
    errors,
    failure,
    isDirty,
    isPending,
    /** Somebody else saved meanwhile; `changed` is known once the page has their version. */
    conflict: isRefused || theirs ? { changed: theirs && changedLabels(base, theirs) } : null,
    rename: (name: string) => change(() => ({ name }), ["name"]),
    changeKind: (kind: EngineKind) => change(() => ({ kind }), ["engine"]),
    changeKnowledge: (part: Partial<KnowledgeDraft>) =>
      change(({ knowledge }) => ({ knowledge: { ...knowledge, ...part } }), pathsOf(part)),
    changeModel: (part: Partial<ModelDraft>) =>
      change(({ model }) => ({ model: { ...model, ...part } }), pathsOf(part)),
    changeFlowise: (part: Partial<FlowiseDraft>) =>
      change(({ flowise }) => ({ flowise: { ...flowise, ...part } }), pathsOf(part)),
    save: () => save(),
    /** Knowingly replaces what somebody else saved. */
    saveOver: () => theirs && save(theirs.version),
    /** Gives up the draft for what somebody else saved. */
    takeTheirs() {
      setTakesTheirs(true);
      startTransition(() => router.refresh());
    },
    /** Gives up what was not saved. */
    discard: () => begin(base),
    /** What the chat panel asks. Errors are shown beside their fields as well. */
    async trial(): Promise<Trial> {
      const checked = await check(base.id, base.version, draft);
      if (!checked) return { ok: false, message: unreachable };
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
