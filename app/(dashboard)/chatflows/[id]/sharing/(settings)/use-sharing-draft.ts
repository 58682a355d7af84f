import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { toast } from "@/components/toast";
import type { SharingSettings } from "@/lib/sharing/service";
import { setSharingAction } from "../actions";
import type { FieldErrors } from "./check-sharing";
import { draftOf, isSame, type SharingDraft } from "./sharing-draft";

const unreachable = "Flowlatch could not be reached. Nothing was saved.";

/** The schema, whose code comes with the first use. Null when it cannot be had. */
async function check(chatflowId: string, version: number, draft: SharingDraft) {
  const module = await import("./check-sharing").catch(() => null);
  return module?.checkSharing(chatflowId, version, draft) ?? null;
}

/**
 * Sharing settings being edited. Of two operators who edit at once, the second is told, keeps what was
 * typed, and chooses whose settings stay.
 * @param newest the settings that the page has
 */
export function useSharingDraft(chatflowId: string, newest: SharingSettings) {
  const router = useRouter();
  /** What the draft began with, or was last saved as. */
  const [base, setBase] = useState(newest);
  const [draft, setDraft] = useState(() => draftOf(newest.sharing));
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isRefused, setIsRefused] = useState(false);
  const [takesTheirs, setTakesTheirs] = useState(false);
  const [isPending, startTransition] = useTransition();
  const isDirty = !isSame(draft, draftOf(base.sharing));
  const theirs = newest.version > base.version ? newest : null;

  function begin(from: SharingSettings) {
    setBase(from);
    setDraft(draftOf(from.sharing));
    setErrors({});
    setFailure(null);
    setIsRefused(false);
    setTakesTheirs(false);
  }

  // Newer settings on the page replace what nobody here has touched, or was told to give up.
  if (theirs && (!isDirty || takesTheirs)) begin(theirs);

  function refused(error: { code: string; message: string; field?: string } | undefined) {
    if (error?.code === "conflict") {
      setIsRefused(true);
      // So that the page knows which version it would be to save over.
      router.refresh();
    } else if (error?.field)
      setErrors({ [error.field.replace(/^sharing\./, "").replace(/\.\d+$/, "")]: error.message });
    else setFailure(error?.message ?? unreachable);
  }

  function save(version: number) {
    setFailure(null);
    setIsRefused(false);
    startTransition(async () => {
      const checked = await check(chatflowId, version, draft);
      if (!checked) return refused(undefined);
      setErrors(checked.errors ?? {});
      if (!checked.data) return;
      const result = await setSharingAction(checked.data).catch(() => null);
      if (!result?.ok) return refused(result?.error);
      begin(result.data);
      toast({ message: "Sharing saved" });
      router.refresh();
    });
  }

  return {
    draft,
    errors,
    failure,
    isDirty,
    isPending,
    hasConflict: isRefused || theirs !== null,
    /** Whether theirs is known, so that it can knowingly be replaced. */
    knowsTheirs: theirs !== null,
    change(part: Partial<SharingDraft>) {
      setDraft((before) => ({ ...before, ...part }));
      const fields = Object.keys(part);
      setErrors((all) =>
        Object.fromEntries(Object.entries(all).filter(([field]) => !fields.includes(field.split(".")[0] ?? ""))),
      );
    },
    save: () => save(base.version),
    /** Knowingly replaces what somebody else saved. */
    saveOver: () => theirs && save(theirs.version),
    /** Gives up the draft for what somebody else saved. */
    takeTheirs() {
      setTakesTheirs(true);
      startTransition(() => router.refresh());
    },
    discard: () => begin(base),
  };
}
export type SharingEditor = ReturnType<typeof useSharingDraft>;
