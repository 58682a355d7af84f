"use client";

import { useState } from "react";
import { IssuedKeyDialog } from "@/components/issued-key-dialog";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { CreateKeyDialog } from "./create-key-dialog";
import { DeleteKeyDialog } from "./delete-key-dialog";
import type { KeyDialogsProps } from "./key-dialogs-provider";
import { RegenerateKeyDialog } from "./regenerate-key-dialog";
import { RenameKeyDialog } from "./rename-key-dialog";

/** The page's dialogs. The one place that holds a token, from the answer until its dialog closes. */
export function KeyDialogs({ request, onClose }: KeyDialogsProps) {
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);

  function close() {
    setIssued(null);
    onClose();
    // After the dialog is gone, and what opened it perhaps with it.
    const opener = request?.opener;
    setTimeout(() => (opener?.isConnected ? opener : document.getElementById("main"))?.focus());
  }

  if (!request) return null;
  if (issued) return <IssuedKeyDialog issued={issued} onDone={close} />;
  if (request.kind === "create") return <CreateKeyDialog onClose={close} onIssued={setIssued} />;
  const { apiKey } = request;
  if (request.kind === "rename") return <RenameKeyDialog apiKey={apiKey} onClose={close} />;
  if (request.kind === "regenerate") {
    return <RegenerateKeyDialog apiKey={apiKey} onClose={close} onIssued={setIssued} />;
  }
  return <DeleteKeyDialog apiKey={apiKey} onClose={close} />;
}
