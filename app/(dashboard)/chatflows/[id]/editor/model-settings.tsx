"use client";

import { Textarea } from "@mantine/core";
import { useRef } from "react";
import type { ProviderOption } from "@/lib/providers/options";
import { ModelField } from "../../model-field";
import { ProviderField } from "../../provider-field";
import { AnsweringSettings } from "./answering-settings";
import { newVariable } from "./draft";
import classes from "./editor.module.css";
import { Section } from "./section";
import { UndeclaredVariables } from "./undeclared-variables";
import type { DraftEditor } from "./use-draft";
import { VariablesSettings } from "./variables-settings";

interface Props {
  editor: DraftEditor;
  providers: ProviderOption[];
  canAddProvider: boolean;
  canWrite: boolean;
}

/** How a chatflow answers with a language model. */
export function ModelSettings({ editor, providers, canAddProvider, canWrite }: Props) {
  const { errors, changeModel } = editor;
  const { model } = editor.draft;
  const variables = useRef<HTMLDivElement>(null);

  function declare(name: string) {
    const variable = newVariable(name);
    changeModel({ variables: [...model.variables.filter((one) => one.name.trim() !== ""), variable] });
    // Its default is what one thinks of next.
    requestAnimationFrame(() => variables.current?.querySelector<HTMLElement>(`#variable-${variable.id}`)?.focus());
  }

  return (
    <>
      <Section title="Model">
        <div className={classes.pair}>
          <ProviderField
            offers="models"
            providers={providers}
            canAdd={canAddProvider}
            value={model.providerId}
            error={errors["engine.providerId"]}
            readOnly={!canWrite}
            onChange={(providerId) => changeModel({ providerId })}
          />
          <ModelField
            providerId={model.providerId}
            value={model.model}
            error={errors["engine.model"]}
            readOnly={!canWrite}
            onChange={(value) => changeModel({ model: value })}
          />
        </div>
        <div>
          <Textarea
            label="System prompt"
            description="What the model is told before each conversation. {{name}} stands for a variable."
            autosize
            minRows={4}
            maxRows={24}
            value={model.systemPrompt}
            error={errors["engine.systemPrompt"]}
            readOnly={!canWrite}
            onChange={(event) => changeModel({ systemPrompt: event.currentTarget.value })}
          />
          <UndeclaredVariables model={model} onDeclare={canWrite ? declare : null} />
        </div>
      </Section>
      <div ref={variables}>
        <VariablesSettings editor={editor} canWrite={canWrite} />
      </div>
      <AnsweringSettings editor={editor} canWrite={canWrite} />
    </>
  );
}
