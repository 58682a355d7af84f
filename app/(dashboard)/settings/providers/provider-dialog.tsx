"use client";

import { Alert, Button, Modal } from "@mantine/core";
import { IconAlertCircle, IconCircleCheck } from "@tabler/icons-react";
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import dialog from "@/components/dialog.module.css";
import { toast } from "@/components/toast";
import { useLeaveGuard } from "@/components/use-leave-guard";
import type { ProviderSummary } from "@/lib/providers/schema";
import classes from "./provider-dialog.module.css";
import { ProviderFields } from "./provider-fields";
import { isConnectionFailure, type ProviderForm, type Saved, useProviderForm } from "./use-provider-form";

/** Adds a provider, or edits a saved one. Does not close unnoticed over what was typed. */
export function ProviderDialog({ provider, onClose }: { provider: ProviderSummary | null; onClose: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  const form = useProviderForm(provider);
  const isPending = form.isTesting || form.isSaving;
  const close = () => {
    if (isPending) return;
    if (form.isDirty) setIsAsking(true);
    else onClose();
  };
  const onSaved = useEffectEvent(({ name, message }: Saved) => {
    onClose();
    const title = provider ? "Provider saved" : "Provider added";
    toast({ title, message: message ?? `“${name}” was saved without a test of its connection.` });
  });
  useEffect(() => {
    if (form.saved) onSaved(form.saved);
  }, [form.saved]);
  const formRef = useRef<HTMLFormElement>(null);
  const fieldAtFault = isConnectionFailure(form.failure) ? undefined : form.failure?.field;
  useEffect(() => {
    if (!fieldAtFault || isPending) return;
    formRef.current?.querySelector<HTMLElement>(`[name="${CSS.escape(fieldAtFault)}"]`)?.focus();
  }, [fieldAtFault, isPending]);
  useLeaveGuard(form.isDirty, () => setIsAsking(true), onClose);

  function submit(event: FormEvent) {
    event.preventDefault();
    form.save(false);
  }

  return (
    <Modal
      opened
      onClose={close}
      title={provider ? "Edit provider" : "Add provider"}
      returnFocus={false}
      closeOnClickOutside={!form.isDirty}
    >
      <form ref={formRef} className={dialog.form} onSubmit={submit} noValidate>
        <ProviderFields form={form} provider={provider} />
        <Outcome form={form} />
        {isAsking ? (
          <DiscardQuestion onKeep={() => setIsAsking(false)} onDiscard={onClose} />
        ) : (
          <div className={dialog.buttons}>
            <Button
              variant="default"
              className={classes.test}
              onClick={form.test}
              loading={form.isTesting}
              disabled={form.isSaving}
            >
              Test connection
            </Button>
            <Button variant="default" onClick={close} disabled={isPending}>
              Cancel
            </Button>
            <Button type="submit" loading={form.isSaving} disabled={form.isTesting}>
              Save
            </Button>
          </div>
        )}
      </form>
    </Modal>
  );
}

/** What came of the last test or save. In a live region that is always there, so that it is read out. */
function Outcome({ form }: { form: ProviderForm }) {
  const { works, failure } = form;
  const isBesideField = failure?.field !== undefined && !isConnectionFailure(failure);
  return (
    <div aria-live="polite" className={classes.outcome}>
      {works && (
        <Alert color="latch" variant="light" p="sm" icon={<IconCircleCheck size={18} aria-hidden="true" />}>
          {works}
        </Alert>
      )}
      {failure && !isBesideField && (
        <Alert color="red" variant="light" p="sm" icon={<IconAlertCircle size={18} aria-hidden="true" />}>
          <p className={dialog.text}>{failure.message}</p>
          {form.mayBeSavedAnyway && (
            <Button variant="default" size="xs" mt="xs" onClick={() => form.save(true)}>
              Save anyway
            </Button>
          )}
        </Alert>
      )}
    </div>
  );
}

function DiscardQuestion({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  return (
    <div className={classes.question} role="alert">
      <p className={dialog.text}>What you typed is not saved.</p>
      <div className={dialog.buttons}>
        <Button variant="default" autoFocus onClick={onKeep}>
          Keep editing
        </Button>
        <Button color="red" onClick={onDiscard}>
          Discard
        </Button>
      </div>
    </div>
  );
}
