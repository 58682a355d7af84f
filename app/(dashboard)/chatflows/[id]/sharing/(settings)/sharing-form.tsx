"use client";

import { Alert, Button } from "@mantine/core";
import { type FormEvent, useEffect, useRef } from "react";
import { UnsavedChanges } from "@/components/unsaved-changes";
import type { SharingSettings } from "@/lib/sharing/service";
import detail from "../../detail.module.css";
import { ConflictAlert } from "../../editor/conflict-alert";
import editorClasses from "../../editor/editor.module.css";
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
  const { errors, failure, isDirty, isPending, hasConflict, knowsTheirs } = editor;
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
        <div className={editorClasses.foot} data-sticky>
          <div aria-live="assertive">
            {hasConflict && (
              <ConflictAlert editor={editor} what="these settings" canSaveOver={knowsTheirs} changed={null} />
            )}
            {failure && (
              <Alert color="red" variant="light" p="sm">
                {failure}
              </Alert>
            )}
          </div>
          <div className={detail.foot}>
            <Button type="submit" loading={isPending}>
              Save
            </Button>
            {isDirty && (
              <Button variant="subtle" color="gray" onClick={editor.discard} disabled={isPending}>
                Discard
              </Button>
            )}
            <p className={detail.hint} role="status">
              {isDirty && "Unsaved changes"}
            </p>
          </div>
        </div>
      ) : (
        <p className={detail.hint}>Your role may look at this but not change it.</p>
      )}
      <UnsavedChanges isDirty={canWrite && isDirty} />
    </form>
  );
}
