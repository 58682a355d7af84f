import { useEffect, useEffectEvent, useRef, useState } from "react";
import { unreachable } from "@/components/no-answer";
import { type Failure, useSubmit } from "@/components/use-submit";
import type { ActionResult } from "@/lib/auth/action";

interface Way<Stored, Draft, Answer> {
  draftOf: (stored: Stored) => Draft;
  /** What of a draft would be stored: others of the same say nothing else. */
  contentOf: (draft: Draft) => string;
  /** What is wrong with a draft, before it is sent. */
  check?: (draft: Draft) => Failure | null;
  /** Stores it where `seen` still is what is stored. */
  send: (draft: Draft, seen: Stored) => Promise<ActionResult<Answer>>;
  /** What is stored then. */
  storedOf: (answer: Answer) => Stored;
  /** @param isAll whether nothing was typed since it was sent */
  onSaved: (stored: Stored, isAll: boolean) => void;
}

export type KeyPart = Omit<ReturnType<typeof useKeyPart>, "draft" | "change">;

/**
 * A part of a key being edited, and its way to the server. What others store replaces what nobody here
 * has touched. Of two who edit at once the second is told, keeps what was typed, and chooses which stays.
 * @param stored what the page says is stored
 */
export function useKeyPart<Stored, Draft, Answer>(
  stored: Stored,
  { draftOf, contentOf, check, send, storedOf, onSaved }: Way<Stored, Draft, Answer>,
) {
  /** What the draft began with, or was last saved as. */
  const [seen, setSeen] = useState(stored);
  const [draft, setDraft] = useState(() => draftOf(stored));
  /** How often a draft was begun anew, from what is stored. */
  const [drafts, setDrafts] = useState(0);
  /** What the page said last. */
  const [known, setKnown] = useState(stored);
  const [hasTheirs, setHasTheirs] = useState(false);
  /** What was sent and had no answer: any of it may be what is stored. */
  const [unanswered, setUnanswered] = useState<string[]>([]);
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  const { submit, failure, setFailure, isPending } = useSubmit<Answer>(
    unreachable,
    (answer) => {
      const saved = storedOf(answer);
      // What was typed since it was sent stays, and is yet to be saved.
      const isAll = latest.current === draft;
      setSeen(saved);
      setHasTheirs(false);
      setUnanswered([]);
      if (isAll) beginDraft(saved);
      onSaved(saved, isAll);
    },
    ({ code }) => {
      if (code === "unreachable") setUnanswered((before) => [...before, contentOf(draft)]);
    },
  );

  const isSame = (one: Stored, other: Stored) => contentOf(draftOf(one)) === contentOf(draftOf(other));
  const says = (what: Stored) => contentOf(draft) === contentOf(draftOf(what));
  const isDirty = !says(seen);
  const isOwn = unanswered.includes(contentOf(draftOf(stored)));

  function beginDraft(from: Stored) {
    setDraft(draftOf(from));
    setDrafts((before) => before + 1);
  }

  function begin(from: Stored) {
    setSeen(from);
    beginDraft(from);
    setHasTheirs(false);
    setUnanswered([]);
  }

  // One's own answer may be here before the page that has what was saved, or after it.
  if (!isSame(stored, known)) {
    setKnown(stored);
    if (!isDirty || says(stored)) begin(stored);
    else if (isOwn) setSeen(stored);
    else setHasTheirs(!isSame(stored, seen));
  }

  function save(replaced: Stored) {
    const wrong = check?.(draft);
    if (wrong) return setFailure(wrong);
    submit(() => send(draft, replaced));
  }

  const isConflict = failure?.code === "conflict";
  const isRefusedByOwn = isConflict && isOwn && !isPending;
  const saveAgain = useEffectEvent(() => save(stored));
  useEffect(() => {
    if (isRefusedByOwn) saveAgain();
  }, [isRefusedByOwn]);
  return {
    draft,
    /** For a field that is given its value once. */
    draftKey: drafts,
    seen,
    isDirty,
    isPending,
    failure: isConflict ? null : failure,
    /** Whether somebody else stored something else meanwhile. */
    isOvertaken: !isPending && !isRefusedByOwn && (hasTheirs || isConflict),
    change(update: (before: Draft) => Draft) {
      setDraft(update);
      setFailure(null);
    },
    save: () => save(seen),
    /** Knowingly replaces what somebody else stored. */
    saveOver: () => save(stored),
    /** Gives up the draft for what somebody else stored. */
    takeTheirs() {
      begin(stored);
      setFailure(null);
    },
  };
}
