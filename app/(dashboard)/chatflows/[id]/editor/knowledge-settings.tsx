import classes from "../detail.module.css";
import { NumberField } from "./number-field";
import type { DraftEditor } from "./use-draft";

/** How a chatflow answers from its documents alone. */
export function KnowledgeSettings({ editor, canWrite }: { editor: DraftEditor; canWrite: boolean }) {
  const { errors, changeKnowledge } = editor;
  const { maxPassages, memoryTurns } = editor.draft.knowledge;
  return (
    <div className={classes.pair}>
      <NumberField
        label="Passages per answer"
        description="At most, from 1 to 5."
        value={maxPassages}
        error={errors["engine.maxPassages"]}
        readOnly={!canWrite}
        min={1}
        max={5}
        onChange={(value) => changeKnowledge({ maxPassages: value })}
      />
      <NumberField
        label="Turns remembered"
        description="Earlier questions, from 0 to 20."
        value={memoryTurns}
        error={errors["engine.memoryTurns"]}
        readOnly={!canWrite}
        min={0}
        max={20}
        onChange={(value) => changeKnowledge({ memoryTurns: value })}
      />
    </div>
  );
}
