import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { toast } from "@/components/toast";
import type { ActionResult } from "@/lib/auth/action";

/** Errors by the path of their field, such as "name" or "engine.variables.0.name". */
export type FieldErrors = Record<string, string>;

/** What the server's own schema says of a draft. */
export type Checked<Input> = { data: Input; errors: null } | { data: null; errors: FieldErrors };

interface Way<Saved, Draft, Input> {
  draftOf: (saved: Saved) => Draft;
  isSame: (draft: Draft, other: Draft) => boolean;
  /** Rejects when the schema's code, which comes with its first use, cannot be had. */
  check: (version: number, draft: Draft) => Promise<Checked<Input>>;
  /** Saves it if `version` is still the newest; answers with what is saved now. */
  send: (input: Input) => Promise<ActionResult<Saved>>;
  /** The path of the field that the server's refusal is shown beside. */
  fieldOf?: (path: string) => string;
  savedMessage: string;
}

const unreachable = "Flowlatch could not be reached. Nothing was saved.";

/**
 * Something being edited, and its way to the server. Of two operators who edit at once, the second is
 * told, keeps what was typed, and chooses which version stays.
 * @param newest the newest version that the page has
 */
export function useVersionedDraft<Saved extends { version: number }, Draft, Input>(
  newest: Saved,
  { draftOf, isSame, check, send, fieldOf = (path) => path, savedMessage }: Way<Saved, Draft, Input>,
) {
  const router = useRouter();
  /** What the draft began with, or was last saved as. */
  const [base, setBase] = useState(newest);
  const [draft, setDraft] = useState(() => draftOf(newest));
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isRefused, setIsRefused] = useState(false);
  const [takesTheirs, setTakesTheirs] = useState(false);
  const [isPending, startTransition] = useTransition();
  const isDirty = !isSame(draft, draftOf(base));
  const theirs = newest.version > base.version ? newest : null;

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

  function refused(error: { code: string; message: string; field?: string } | undefined) {
    if (error?.code === "conflict") {
      setIsRefused(true);
      // So that the page knows what they changed, and which version it would be to save over.
      router.refresh();
    } else if (error?.field) setErrors({ [fieldOf(error.field)]: error.message });
    else setFailure(error?.message ?? unreachable);
  }

  function save(version: number) {
    setFailure(null);
    setIsRefused(false);
    startTransition(async () => {
      const checked = await check(version, draft).catch(() => null);
      if (!checked) return refused(undefined);
      setErrors(checked.errors ?? {});
      if (!checked.data) return;
      const result = await send(checked.data).catch(() => null);
      if (!result?.ok) return refused(result?.error);
      begin(result.data);
      toast({ message: savedMessage });
      router.refresh();
    });
  }

  return {
    base,
    draft,
    errors,
    setErrors,
    failure,
    isDirty,
    isPending,
    /** Somebody else saved meanwhile. */
    hasConflict: isRefused || theirs !== null,
    /** What they saved, once the page has it, so that it can knowingly be replaced. */
    theirs,
    /** @param paths of the fields that `update` changes: what was wrong with them is forgotten */
    change(update: (before: Draft) => Partial<Draft>, paths: string[]) {
      setDraft((before) => ({ ...before, ...update(before) }));
      const isChanged = (path: string) => paths.some((one) => path === one || path.startsWith(`${one}.`));
      setErrors((all) => Object.fromEntries(Object.entries(all).filter(([path]) => !isChanged(path))));
    },
    save: () => save(base.version),
    /** Knowingly replaces what somebody else saved. */
    saveOver: () => theirs && save(theirs.version),
    /** Gives up the draft for what somebody else saved. */
    takeTheirs() {
      setTakesTheirs(true);
      startTransition(() => router.refresh());
    },
    /** Gives up what was not saved. */
    discard: () => begin(base),
  };
}
