"use client";

import { usePathname, useRouter } from "next/navigation";
import { useState } from "react";
import { IssuedKeyDialog } from "@/components/issued-key-dialog";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import { createKeyButtonId } from "./create-key-button";
import { CreateKeyDialog } from "./create-key-dialog";
import { DeleteKeyDialog } from "./delete-key-dialog";
import { DeleteKeysDialog } from "./delete-keys-dialog";
import type { KeyDialogsProps } from "./key-dialogs-provider";
import { RegenerateKeyDialog } from "./regenerate-key-dialog";
import { RenameKeyDialog } from "./rename-key-dialog";

/** The page's dialogs. The one place that holds a token, from the answer until its dialog closes. */
export function KeyDialogs({ request, onClose }: KeyDialogsProps) {
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);
  const pathname = usePathname();
  const router = useRouter();

  function closeTo(opener: HTMLElement | null | undefined) {
    setIssued(null);
    onClose();
    // After the dialog is gone, and what opened it perhaps with it.
    setTimeout(() => (opener?.isConnected ? opener : document.getElementById(createKeyButtonId))?.focus());
  }
  const close = () => closeTo(request?.opener);

  /** The row goes, and its menu button with it; so does the key's page. */
  function leave() {
    closeTo(null);
    if (pathname !== "/keys") router.replace("/keys");
  }

  if (!request) return null;
  if (issued) return <IssuedKeyDialog issued={issued} onDone={close} />;
  if (request.kind === "create") return <CreateKeyDialog onClose={close} onIssued={setIssued} />;
  if (request.kind === "delete-many") {
    return <DeleteKeysDialog apiKeys={request.apiKeys} onClose={close} onDeleted={() => closeTo(null)} />;
  }
  const { apiKey } = request;
  if (request.kind === "rename") return <RenameKeyDialog apiKey={apiKey} onClose={close} />;
  if (request.kind === "regenerate") {
    return <RegenerateKeyDialog apiKey={apiKey} onClose={close} onIssued={setIssued} />;
  }
  return <DeleteKeyDialog apiKey={apiKey} onClose={close} onDeleted={leave} />;
}
