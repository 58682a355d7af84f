import { Switch } from "@mantine/core";
import { useState } from "react";
import type { ModelDraft } from "./draft";
import classes from "./editor.module.css";
import { NumberField } from "./number-field";
import { Section } from "./section";
import type { DraftEditor } from "./use-draft";

type NumberName = {
  [Name in keyof ModelDraft]: number extends ModelDraft[Name] ? Name : never;
}[keyof ModelDraft];

interface NumberProps {
  name: NumberName;
  label: string;
  description: string;
  min: number;
  max: number;
  step?: number;
  placeholder?: string;
}

/** Memory, documents, images and the limits of an answer. */
export function AnsweringSettings({ editor, canWrite }: { editor: DraftEditor; canWrite: boolean }) {
  const { errors, changeModel } = editor;
  const { model } = editor.draft;
  const [isOpen, setIsOpen] = useState(false);
  const number = ({ name, ...props }: NumberProps) => (
    <NumberField
      {...props}
      value={model[name]}
      error={errors[`engine.${name}`]}
      readOnly={!canWrite}
      onChange={(value) => changeModel({ [name]: value })}
    />
  );
  const hasHiddenError = ["maxOutputTokens", "firstTokenTimeoutSeconds", "answerTimeoutSeconds"].some(
    (name) => errors[`engine.${name}`],
  );
  return (
    <Section title="Answering">
      <Switch
        label="Answer from its documents"
        description="Each question is searched in the chatflow’s documents, and the passages that fit are given to the model."
        checked={model.grounding}
        disabled={!canWrite}
        onChange={(event) => changeModel({ grounding: event.currentTarget.checked })}
      />
      <Switch
        label="Take images"
        description="Callers may send images along, for models that take them."
        checked={model.allowImages}
        disabled={!canWrite}
        onChange={(event) => changeModel({ allowImages: event.currentTarget.checked })}
      />
      <div className={classes.numbers}>
        {number({
          name: "memoryTurns",
          label: "Turns remembered",
          description: "Earlier ones, 0 to 20.",
          min: 0,
          max: 20,
        })}
        {model.grounding &&
          number({
            name: "maxPassages",
            label: "Passages per answer",
            description: "At most, 1 to 10.",
            min: 1,
            max: 10,
          })}
        {number({
          name: "temperature",
          label: "Temperature",
          description: "0 to 2, or empty.",
          min: 0,
          max: 2,
          step: 0.1,
          placeholder: "Default",
        })}
      </div>
      <details
        className={classes.advanced}
        open={isOpen || hasHiddenError}
        onToggle={(event) => setIsOpen(event.currentTarget.open)}
      >
        <summary>Advanced</summary>
        <div className={classes.numbers}>
          {number({
            name: "maxOutputTokens",
            label: "Output tokens",
            description: "At most, or empty.",
            min: 1,
            max: 128_000,
            placeholder: "Default",
          })}
          {number({
            name: "firstTokenTimeoutSeconds",
            label: "First token within",
            description: "Seconds, 1 to 300.",
            min: 1,
            max: 300,
          })}
          {number({
            name: "answerTimeoutSeconds",
            label: "Whole answer within",
            description: "Seconds, 1 to 300.",
            min: 1,
            max: 300,
          })}
        </div>
      </details>
    </Section>
  );
}
