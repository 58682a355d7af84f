"use client";

import { Button, Modal } from "@mantine/core";
import Link from "next/link";
import { useEffect, useEffectEvent, useState } from "react";
import dialog from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import type { ProviderSummary } from "@/lib/providers/schema";
import { deleteProviderAction } from "./actions";
import classes from "./provider-dialog.module.css";

/** Deletes a provider that no chatflow uses. The server looks again: one may have been saved meanwhile. */
export function DeleteProviderDialog({ provider, onClose }: { provider: ProviderSummary; onClose: () => void }) {
  const [deleted, setDeleted] = useState<{ name: string } | null>(null);
  const { submit, failure, isPending } = useSubmit<{ name: string }>(
    "Flowlatch could not be reached. Check your connection and try again.",
    setDeleted,
  );
  const onDeleted = useEffectEvent(({ name }: { name: string }) => {
    onClose();
    toast({ title: "Provider deleted", message: `“${name}” and its credential are gone.` });
  });
  // Once the list behind has changed: what the focus goes back to is then there.
  useEffect(() => {
    if (deleted && !isPending) onDeleted(deleted);
  }, [deleted, isPending]);
  const isUsed = provider.chatflowCount > 0;

  return (
    <Modal opened onClose={() => isPending || onClose()} title="Delete provider" returnFocus={false}>
      <div className={dialog.form}>
        <FailureAlert message={failure?.message} />
        {isUsed ? <Users provider={provider} /> : <Consequence provider={provider} />}
        <div className={dialog.buttons}>
          <Button variant="default" onClick={onClose} disabled={isPending} data-autofocus>
            {isUsed ? "Close" : "Cancel"}
          </Button>
          {!isUsed && (
            <Button
              color="red"
              loading={isPending}
              onClick={() => submit(() => deleteProviderAction({ id: provider.id }))}
            >
              Delete provider
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

function Consequence({ provider: { name, hasApiKey } }: { provider: ProviderSummary }) {
  return (
    <p className={dialog.text}>
      No chatflow uses <bdi className={dialog.name}>{name}</bdi>.
      {hasApiKey && " Its saved API key is deleted with it and cannot be restored."}
    </p>
  );
}

function Users({ provider: { name, chatflows, chatflowCount } }: { provider: ProviderSummary }) {
  const unnamed = chatflowCount - chatflows.length;
  return (
    <div className={dialog.note}>
      <p className={dialog.text}>
        <bdi className={dialog.name}>{name}</bdi> cannot be deleted while chatflows answer through it. Give these
        another provider first:
      </p>
      <ul className={dialog.names}>
        {chatflows.map((chatflow) => (
          <li key={chatflow.id}>
            <Link href={`/chatflows/${chatflow.id}`} className={classes.link} prefetch={false}>
              <bdi>{chatflow.name}</bdi>
            </Link>
          </li>
        ))}
        {unnamed > 0 && <li>and {unnamed.toLocaleString("en")} more</li>}
      </ul>
    </div>
  );
}
