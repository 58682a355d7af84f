"use client";

import { Switch } from "@mantine/core";
import type { ProviderOption } from "@/lib/providers/options";
import { FlowField } from "../../flow-field";
import { ProviderField } from "../../provider-field";
import classes from "./editor.module.css";
import { NumberField } from "./number-field";
import { Section } from "./section";
import type { DraftEditor } from "./use-draft";

interface Props {
  editor: DraftEditor;
  providers: ProviderOption[];
  canAddProvider: boolean;
  canWrite: boolean;
}

const passes = [
  {
    name: "passOverrides",
    label: "Overrides",
    description:
      "overrideConfig reaches the flow, which takes what Flowise allows to be overridden. Else it is left out.",
  },
  {
    name: "passUploads",
    label: "Uploads",
    description: "Files and images reach the flow. Else a call that brings some is refused.",
  },
  {
    name: "passHistory",
    label: "History",
    description: "Earlier messages that a caller brings along reach the flow. Else only the flow’s own memory counts.",
  },
] as const;

const limits = [
  { name: "firstTokenTimeoutSeconds", label: "First token within", description: "Seconds, 1 to 300." },
  { name: "answerTimeoutSeconds", label: "Whole answer within", description: "Seconds, 1 to 300." },
] as const;

/** How a chatflow answers with a flow on a Flowise server. */
export function FlowiseSettings({ editor, providers, canAddProvider, canWrite }: Props) {
  const { errors, changeFlowise } = editor;
  const { flowise } = editor.draft;
  return (
    <>
      <Section title="Flow">
        <div className={classes.pair}>
          <ProviderField
            offers="flows"
            providers={providers}
            canAdd={canAddProvider}
            value={flowise.providerId}
            error={errors["engine.providerId"]}
            readOnly={!canWrite}
            onChange={(providerId) => changeFlowise({ providerId, flowId: "", flowName: "" })}
          />
          <FlowField
            // What is typed into it belongs to this server's list.
            key={flowise.providerId}
            providerId={flowise.providerId}
            flowId={flowise.flowId}
            flowName={flowise.flowName}
            error={errors["engine.flowId"]}
            readOnly={!canWrite}
            onChange={changeFlowise}
          />
        </div>
        <p className={classes.hint}>
          The flow remembers a conversation with its own memory, if it has one. Conversations of different API keys are
          kept apart there.
        </p>
      </Section>
      <Section title="What callers may send along">
        {passes.map(({ name, label, description }) => (
          <Switch
            key={name}
            label={label}
            description={description}
            checked={flowise[name]}
            disabled={!canWrite}
            onChange={(event) => changeFlowise({ [name]: event.currentTarget.checked })}
          />
        ))}
      </Section>
      <Section title="Time limits">
        <div className={classes.numbers}>
          {limits.map(({ name, label, description }) => (
            <NumberField
              key={name}
              label={label}
              description={description}
              value={flowise[name]}
              error={errors[`engine.${name}`]}
              readOnly={!canWrite}
              min={1}
              max={300}
              onChange={(value) => changeFlowise({ [name]: value })}
            />
          ))}
        </div>
        <p className={classes.hint}>The first counts where the answer is streamed: else it comes in one piece.</p>
      </Section>
    </>
  );
}
