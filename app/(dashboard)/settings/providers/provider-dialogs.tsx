"use client";

import { addProviderButtonId } from "./add-provider-button";
import { DeleteProviderDialog } from "./delete-provider-dialog";
import { ProviderDialog } from "./provider-dialog";
import type { ProviderDialogsProps } from "./provider-dialogs-provider";

/** The page's dialogs. */
export function ProviderDialogs({ request, onClose }: ProviderDialogsProps) {
  function close() {
    const opener = request?.opener;
    onClose();
    // After the dialog is gone, and what opened it perhaps with it.
    setTimeout(() => (opener?.isConnected ? opener : document.getElementById(addProviderButtonId))?.focus());
  }

  if (!request) return null;
  if (request.kind === "add") return <ProviderDialog provider={null} onClose={close} />;
  const { kind, provider } = request;
  if (kind === "edit") return <ProviderDialog key={provider.id} provider={provider} onClose={close} />;
  return <DeleteProviderDialog provider={provider} onClose={close} />;
}
