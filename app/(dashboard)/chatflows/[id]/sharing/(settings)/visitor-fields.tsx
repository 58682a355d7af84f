import { Checkbox, Group, Switch, TextInput } from "@mantine/core";
import classes from "../../editor/editor.module.css";
import { Section } from "../../editor/section";
import type { SharingEditor } from "./use-sharing-draft";

const asked = [
  ["name", "Name"],
  ["email", "Email address"],
  ["phone", "Phone number"],
] as const;

/** What visitors are asked besides their question. */
export function VisitorFields({
  editor: { draft, errors, change },
  canWrite,
}: {
  editor: SharingEditor;
  canWrite: boolean;
}) {
  const { leads } = draft;
  const changeLeads = (part: Partial<typeof leads>) => change({ leads: { ...leads, ...part } });
  return (
    <Section heading="h2" title="Visitors">
      <Switch
        label="Visitors may rate answers"
        description="Thumbs up or down below each answer, and a comment."
        checked={draft.feedback}
        disabled={!canWrite}
        onChange={(event) => change({ feedback: event.currentTarget.checked })}
      />
      <Switch
        label="Ask visitors who they are"
        description="Before their first question. Ask only for what you need: it is personal."
        checked={leads.enabled}
        disabled={!canWrite}
        onChange={(event) => changeLeads({ enabled: event.currentTarget.checked })}
      />
      {leads.enabled && (
        <>
          <Checkbox.Group
            label="Ask for"
            error={errors["leads.enabled"]}
            value={asked.map(([field]) => field).filter((field) => leads[field])}
            onChange={(chosen) =>
              changeLeads({
                name: chosen.includes("name"),
                email: chosen.includes("email"),
                phone: chosen.includes("phone"),
              })
            }
          >
            <Group gap="lg" mt={6}>
              {asked.map(([field, label]) => (
                <Checkbox key={field} value={field} label={label} disabled={!canWrite} />
              ))}
            </Group>
          </Checkbox.Group>
          <div className={classes.pair}>
            <TextInput
              label="Request"
              placeholder="Before we begin: who are you?"
              value={leads.title}
              error={errors["leads.title"]}
              readOnly={!canWrite}
              onChange={(event) => changeLeads({ title: event.currentTarget.value })}
            />
            <TextInput
              label="Thanks"
              placeholder="Thank you! What would you like to know?"
              value={leads.success}
              error={errors["leads.success"]}
              readOnly={!canWrite}
              onChange={(event) => changeLeads({ success: event.currentTarget.value })}
            />
          </div>
        </>
      )}
    </Section>
  );
}
