import { Switch, Textarea } from "@mantine/core";
import { NumberField } from "../../editor/number-field";
import { Section } from "../../editor/section";
import classes from "../sharing.module.css";
import type { SharingEditor } from "./use-sharing-draft";

/** From where, and how often, visitors may ask. */
export function ReachFields({
  editor: { draft, errors, change },
  canWrite,
}: {
  editor: SharingEditor;
  canWrite: boolean;
}) {
  return (
    <Section heading="h2" title="Websites and limits">
      <Textarea
        label="Websites that may embed it"
        description="One a line, without a path; * for every website. The shared page always works."
        placeholder="https://www.example.com"
        autosize
        minRows={2}
        maxRows={10}
        value={draft.allowedOrigins}
        error={errors.allowedOrigins}
        readOnly={!canWrite}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => change({ allowedOrigins: event.currentTarget.value })}
      />
      <Switch
        label="Limit questions per address"
        description="While the chatflow is public. An office or a phone network may share one address."
        checked={draft.isLimited}
        disabled={!canWrite}
        onChange={(event) =>
          change({ isLimited: event.currentTarget.checked, perAddressPerMinute: draft.perAddressPerMinute || 30 })
        }
      />
      {draft.isLimited && (
        <NumberField
          label="Questions a minute"
          className={classes.number}
          value={draft.perAddressPerMinute}
          error={errors.perAddressPerMinute}
          readOnly={!canWrite}
          min={1}
          allowDecimal={false}
          onChange={(perAddressPerMinute) => change({ perAddressPerMinute })}
        />
      )}
    </Section>
  );
}
