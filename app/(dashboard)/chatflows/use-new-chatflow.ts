"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import { noAnswer } from "@/components/no-answer";
import type { Failure } from "@/components/use-submit";
import { createChatflowSchema } from "@/lib/chatflows/schema";
import type { EngineConfigInput, EngineKind } from "@/lib/engines/config";
import { createChatflowAction } from "./actions";
import { useDocumentDrafts } from "./use-document-drafts";

interface Values {
  name: string;
  kind: EngineKind;
  providerId: string;
  model: string;
  systemPrompt: string;
  flowId: string;
  flowName: string;
}

const noEngine = { providerId: "", model: "", systemPrompt: "", flowId: "", flowName: "" };
const empty: Values = { name: "", kind: "knowledge", ...noEngine };

function engineOf({ kind, providerId, model, systemPrompt, flowId, flowName }: Values): EngineConfigInput {
  if (kind === "model") return { kind, providerId, model, systemPrompt };
  return kind === "flowise" ? { kind, providerId, flowId, flowName } : { kind };
}

/** What the dialog of a new chatflow holds, and its way to the server: the chatflow first, then its documents. */
export function useNewChatflow() {
  const router = useRouter();
  const source = useDocumentDrafts();
  const [values, setValues] = useState(empty);
  /** By the path of the field, such as "engine.model". */
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<string | null>(null);
  /** Set once the chatflow exists: a document that failed is then sent again without making a second one. */
  const [createdId, setCreatedId] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();

  const openPage = (id: string) => startTransition(() => router.push(`/chatflows/${id}`));

  function change(part: Partial<Values>) {
    setValues((all) => ({ ...all, ...part }));
    const changed = Object.keys(part).flatMap((key) => [key, `engine.${key}`]);
    setErrors((all) => Object.fromEntries(Object.entries(all).filter(([path]) => !changed.includes(path))));
  }

  /** Another engine is asked of another provider. */
  function changeKind(kind: EngineKind) {
    change({ kind, providerId: "" });
  }

  /** Checks with the server's own schema; true when there is something to send. */
  function check(): boolean {
    const { error } = createChatflowSchema.safeParse({ name: values.name, engine: engineOf(values) });
    setErrors(Object.fromEntries(error?.issues.map(({ path, message }) => [path.join("."), message]) ?? []));
    return (values.kind === "flowise" || source.check()) && !error;
  }

  async function create(): Promise<string | null> {
    if (createdId) return createdId;
    const result = await createChatflowAction({ name: values.name, engine: engineOf(values) }).catch(noAnswer());
    if (result.ok) {
      setCreatedId(result.data.id);
      return result.data.id;
    }
    const { field, message }: Failure = result.error;
    if (field) setErrors({ [field]: message });
    else setFailure(message);
    return null;
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setFailure(null);
    if (!check()) return;
    startTransition(async () => {
      const id = await create();
      if (!id) return;
      const { failed } = values.kind === "flowise" ? { failed: 0 } : await source.upload(id);
      if (failed > 0) setFailure("The chatflow was created, but not every document could be added.");
      else openPage(id);
    });
  }

  return { source, values, errors, failure, createdId, isPending, change, changeKind, submit, openPage };
}
