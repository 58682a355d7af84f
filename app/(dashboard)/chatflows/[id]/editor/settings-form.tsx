"use client";

import { NativeSelect, TextInput } from "@mantine/core";
import dynamic from "next/dynamic";
import { type FormEvent, useEffect, useRef } from "react";
import { PartFailure } from "@/components/part-failure";
import { retriable } from "@/components/retriable";
import type { EngineKind } from "@/lib/engines/config";
import type { ProviderOption } from "@/lib/providers/options";
import { engineNames } from "../../wording";
import classes from "../detail.module.css";
import { SaveBar } from "../save-bar";
import { KnowledgeSettings } from "./knowledge-settings";
import type { DraftEditor } from "./use-draft";

/** Apart, because a chatflow with another engine needs none of their fields. */
const FlowiseSettings = dynamic(
  retriable(() => import("./flowise-settings").then((module) => module.FlowiseSettings), PartFailure),
);
const ModelSettings = dynamic(
  retriable(() => import("./model-settings").then((module) => module.ModelSettings), PartFailure),
);

interface Props {
  editor: DraftEditor;
  providers: ProviderOption[];
  canAddProvider: boolean;
  canWrite: boolean;
}

/** Name and engine settings. */
export function SettingsForm({ editor, providers, canAddProvider, canWrite }: Props) {
  const { draft, errors } = editor;
  const form = useRef<HTMLFormElement>(null);
  const upstream = { editor, providers, canAddProvider, canWrite };

  // What is wrong is where one goes on, wherever one has scrolled to.
  useEffect(() => {
    if (Object.keys(errors).length === 0 || document.activeElement?.closest("form") !== form.current) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);

  function submit(event: FormEvent) {
    event.preventDefault();
    editor.save();
  }

  return (
    <form ref={form} className={classes.card} onSubmit={submit} noValidate aria-labelledby="settings-title">
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle} id="settings-title">
          Settings
        </h2>
      </div>
      <div className={classes.fields}>
        <div className={classes.pair}>
          <TextInput
            label="Name"
            value={draft.name}
            error={errors.name}
            readOnly={!canWrite}
            autoComplete="off"
            onChange={(event) => editor.rename(event.currentTarget.value)}
          />
          <NativeSelect
            label="Engine"
            value={draft.kind}
            error={errors["engine.kind"]}
            disabled={!canWrite}
            data={Object.entries(engineNames).map(([value, label]) => ({ value, label }))}
            onChange={(event) => editor.changeKind(event.currentTarget.value as EngineKind)}
          />
        </div>
        {draft.kind === "knowledge" && <KnowledgeSettings editor={editor} canWrite={canWrite} />}
        {draft.kind === "model" && <ModelSettings {...upstream} />}
        {draft.kind === "flowise" && <FlowiseSettings {...upstream} />}
      </div>
      {canWrite && (
        <SaveBar editor={editor} what="this chatflow" changed={editor.changed} isSticky={draft.kind !== "knowledge"} />
      )}
    </form>
  );
}
