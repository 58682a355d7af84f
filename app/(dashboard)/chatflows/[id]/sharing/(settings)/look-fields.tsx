import { ColorInput, ColorSwatch, Textarea, TextInput } from "@mantine/core";
import { defaultColour } from "@/lib/sharing/colour";
import detail from "../../detail.module.css";
import { Section } from "../../editor/section";
import type { SharingEditor } from "./use-sharing-draft";

interface Props {
  editor: SharingEditor;
  chatflowName: string;
  canWrite: boolean;
}

const swatches = [defaultColour, "#1d5b8f", "#5b3fa8", "#9a2f66", "#a32c24", "#b45309", "#171c1a"];

/** How the chat looks and greets. */
export function LookFields({ editor: { draft, errors, change }, chatflowName, canWrite }: Props) {
  return (
    <Section heading="h2" title="Look">
      <TextInput
        label="Title"
        placeholder={chatflowName}
        value={draft.title}
        error={errors.title}
        readOnly={!canWrite}
        autoComplete="off"
        onChange={(event) => change({ title: event.currentTarget.value })}
      />
      <Textarea
        label="Welcome"
        description="What the chat begins with."
        placeholder="Hello! What would you like to know?"
        autosize
        minRows={2}
        maxRows={8}
        value={draft.welcome}
        error={errors.welcome}
        readOnly={!canWrite}
        onChange={(event) => change({ welcome: event.currentTarget.value })}
      />
      <Textarea
        label="Starter questions"
        description="One a line. A press asks it."
        placeholder={"What can you help me with?\nWhen do you open?"}
        autosize
        minRows={2}
        maxRows={10}
        value={draft.starterPrompts}
        error={errors.starterPrompts}
        readOnly={!canWrite}
        onChange={(event) => change({ starterPrompts: event.currentTarget.value })}
      />
      <div className={detail.pair}>
        <ColorInput
          label="Colour"
          description="Of buttons and questions."
          placeholder={defaultColour}
          value={draft.colour}
          error={errors.colour}
          readOnly={!canWrite}
          swatches={swatches}
          swatchesPerRow={7}
          withEyeDropper={false}
          fixOnBlur={false}
          leftSection={
            <ColorSwatch color={/^#[0-9a-f]{6}$/i.test(draft.colour) ? draft.colour : defaultColour} size={18} />
          }
          popoverProps={{ withinPortal: false }}
          onChange={(colour) => change({ colour })}
        />
        <TextInput
          label="Avatar"
          description="Address of a picture. Visitors’ browsers load it."
          placeholder="https://www.example.com/avatar.png"
          inputMode="url"
          value={draft.avatarUrl}
          error={errors.avatarUrl}
          readOnly={!canWrite}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change({ avatarUrl: event.currentTarget.value })}
        />
      </div>
    </Section>
  );
}
