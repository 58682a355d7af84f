import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useState, useTransition } from "react";
import { noAnswer } from "@/components/no-answer";
import { toast } from "@/components/toast";
import { partUnreachable } from "@/components/use-lazy-part";
import type { Failure } from "@/components/use-submit";
import type { ActionResult } from "@/lib/auth/action";

/** Errors by the path of their field, such as "name" or "engine.variables.0.name". */
export type FieldErrors = Record<string, string>;

/** What the server's own schema says of a draft. */
export type Checked<Input> = { data: Input; errors: null } | { data: null; errors: FieldErrors };

interface Sent<Draft, Input> {
  draft: Draft;
  /** What the server's own schema made of it. */
  input: Input;
}

interface Way<Saved, Draft, Input> {
  /** Of what is saved, or was sent to be. */
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

const unchecked: Failure = { message: `Nothing was saved. ${partUnreachable}` };
/** What had arrived all the same is recognised then. */
const unreachable = noAnswer("Flowlatch could not be reached. Nothing is known to be saved: save again to be sure.");

/**
 * Something being edited, and its way to the server. Of two operators who edit at once, the second is
 * told, keeps what was typed, and chooses which version stays.
 * @param newest the newest version that the page has
 */
export function useVersionedDraft<Saved extends { version: number }, Draft, Input extends Saved>(
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
  /** What was sent and had no answer: any of it may be what is saved now. */
  const [unanswered, setUnanswered] = useState<Sent<Draft, Input>[]>([]);
  const [isPending, startTransition] = useTransition();
  const isDirty = !isSame(draft, draftOf(base));
  const newer = newest.version > base.version ? newest : null;
  const arrived = newer && unanswered.find(({ input }) => isSame(draftOf(newer), draftOf(input)));
  const theirs = arrived ? null : newer;

  function goOnFrom(saved: Saved) {
    setBase(saved);
    setErrors({});
    setFailure(null);
    setIsRefused(false);
    setTakesTheirs(false);
    setUnanswered([]);
  }

  function begin(from: Saved) {
    goOnFrom(from);
    setDraft(draftOf(from));
  }

  /** What was typed since it was sent stays, and is yet to be saved. */
  function settle(saved: Saved, sent: Draft) {
    goOnFrom(saved);
    setDraft((now) => (now === sent ? draftOf(saved) : now));
  }

  // A newer version on the page replaces what nobody here has touched, or was told to give up.
  if (theirs && (!isDirty || takesTheirs)) begin(theirs);

  const onArrived = useEffectEvent((saved: Saved, sent: Draft) => {
    settle(saved, sent);
    // It was refused because of what had arrived before it.
    if (isRefused && draft !== sent) save(saved.version);
    else toast({ message: savedMessage });
  });
  useEffect(() => {
    if (newer && arrived) onArrived(newer, arrived.draft);
  }, [newer, arrived]);

  function refused({ code, field, message }: Failure) {
    if (code === "conflict") {
      setIsRefused(true);
      // So that the page knows what they changed, and which version it would be to save over.
      startTransition(() => router.refresh());
    } else if (field) setErrors({ [fieldOf(field)]: message });
    else setFailure(message);
  }

  function save(version: number) {
    setFailure(null);
    setIsRefused(false);
    startTransition(async () => {
      const checked = await check(version, draft).catch(() => null);
      if (!checked) return refused(unchecked);
      setErrors(checked.errors ?? {});
      const input = checked.data;
      if (!input) return;
      const result = await send(input).catch(unreachable);
      if (result.ok) {
        settle(result.data, draft);
        toast({ message: savedMessage });
        return router.refresh();
      }
      if (result.error.code === "unreachable") setUnanswered((all) => [...all, { draft, input }]);
      refused(result.error);
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
    /** Somebody else saved meanwhile. Whether it was oneself shows once the page has what is saved. */
    hasConflict: theirs !== null || (isRefused && !(unanswered.length > 0 && (isPending || arrived))),
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
