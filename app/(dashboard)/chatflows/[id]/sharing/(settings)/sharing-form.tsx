"use client";

import { type FormEvent, useEffect, useRef } from "react";
import { UnsavedChanges } from "@/components/unsaved-changes";
import type { SharingSettings } from "@/lib/sharing/service";
import detail from "../../detail.module.css";
import { SaveBar } from "../../save-bar";
import classes from "../sharing.module.css";
import { LookFields } from "./look-fields";
import { ReachFields } from "./reach-fields";
import { useSharingDraft } from "./use-sharing-draft";
import { VisitorFields } from "./visitor-fields";

interface Props {
  chatflowId: string;
  chatflowName: string;
  settings: SharingSettings;
  canWrite: boolean;
}

/** How a chatflow is shared. */
export function SharingForm({ chatflowId, chatflowName, settings, canWrite }: Props) {
  const editor = useSharingDraft(chatflowId, settings);
  const { errors, isDirty } = editor;
  const form = useRef<HTMLFormElement>(null);

  // What is wrong is where one goes on, wherever one has scrolled to.
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);

  function submit(event: FormEvent) {
    event.preventDefault();
    editor.save();
  }

  return (
    <form ref={form} className={`${detail.card} ${classes.form}`} onSubmit={submit} noValidate aria-label="Sharing">
      <LookFields editor={editor} chatflowName={chatflowName} canWrite={canWrite} />
      <VisitorFields editor={editor} canWrite={canWrite} />
      <ReachFields editor={editor} canWrite={canWrite} />
      {canWrite ? (
        <SaveBar editor={editor} what="these settings" isSticky />
      ) : (
        <p className={detail.hint}>Your role may look at this but not change it.</p>
      )}
      <UnsavedChanges isDirty={canWrite && isDirty} />
    </form>
  );
}
