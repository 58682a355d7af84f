import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { placeholdersIn } from "@/lib/engines/model/placeholders";
import { newVariable, type VariableDraft } from "./draft";
import classes from "./editor.module.css";
import { Section } from "./section";
import type { DraftEditor } from "./use-draft";

/** What callers may set in the system prompt, and what stands there where they do not. */
export function VariablesSettings({ editor, canWrite }: { editor: DraftEditor; canWrite: boolean }) {
  const { errors, changeModel } = editor;
  const { variables, systemPrompt } = editor.draft.model;
  const used = new Set(placeholdersIn(systemPrompt));

  function edit(id: number, part: Partial<VariableDraft>) {
    changeModel({ variables: variables.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  }

  return (
    <Section title="Variables">
      <p className={classes.hint}>
        Callers set them as <code>overrideConfig.vars</code>; where they do not, the default stands.
      </p>
      {variables.length > 0 && (
        <ul className={classes.variables}>
          {variables.map(({ id, name, default: fallback }, index) => (
            <li key={id} className={classes.variable}>
              <TextInput
                label="Name"
                description={name.trim() && !used.has(name.trim()) ? "Not in the system prompt." : undefined}
                inputWrapperOrder={["label", "input", "description", "error"]}
                value={name}
                error={errors[`engine.variables.${index}.name`]}
                readOnly={!canWrite}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => edit(id, { name: event.currentTarget.value })}
              />
              <TextInput
                id={`variable-${id}`}
                label="Default"
                value={fallback}
                error={errors[`engine.variables.${index}.default`]}
                readOnly={!canWrite}
                autoComplete="off"
                onChange={(event) => edit(id, { default: event.currentTarget.value })}
              />
              {canWrite && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={36}
                  className={classes.removeVariable}
                  aria-label={`Remove variable ${name}`}
                  onClick={() => changeModel({ variables: variables.filter((one) => one.id !== id) })}
                >
                  <IconX size={16} aria-hidden="true" />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      )}
      {errors["engine.variables"] && (
        <p className={classes.error} role="alert">
          {errors["engine.variables"]}
        </p>
      )}
      {canWrite && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => changeModel({ variables: [...variables, newVariable()] })}
          >
            Add variable
          </Button>
        </div>
      )}
    </Section>
  );
}
