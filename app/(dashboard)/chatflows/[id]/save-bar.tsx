import { Button } from "@mantine/core";
import { ConflictAlert } from "@/components/conflict-alert";
import { FailureAlert } from "@/components/failure-alert";
import detail from "./detail.module.css";
import classes from "./save-bar.module.css";

interface Props {
  editor: {
    failure: string | null;
    isDirty: boolean;
    isPending: boolean;
    hasConflict: boolean;
    theirs: object | null;
    takeTheirs: () => void;
    saveOver: () => void;
    discard: () => void;
  };
  /** What is saved, as in "Somebody else saved this chatflow". */
  what: string;
  /** What somebody else changed in it, where that is known. */
  changed?: string[] | null;
  /** Whether it stays in sight under a form that is longer than the window. */
  isSticky: boolean;
}

/** The end of a form that is saved: why it was not, the choice between two versions, and the buttons. */
export function SaveBar({ editor, what, changed = null, isSticky }: Props) {
  const { failure, isDirty, isPending } = editor;
  return (
    <div className={classes.bar} data-sticky={isSticky || undefined}>
      <div aria-live="assertive">
        {editor.hasConflict && <Conflict editor={editor} what={what} changed={changed} />}
        <FailureAlert message={failure} />
      </div>
      <div className={detail.foot}>
        <Button type="submit" loading={isPending}>
          Save
        </Button>
        {isDirty && (
          <Button
            variant="subtle"
            color="gray"
            className={classes.discard}
            onClick={editor.discard}
            disabled={isPending}
          >
            Discard
          </Button>
        )}
        <p className={detail.hint} role="status">
          {isPending ? "Saving…" : isDirty && "Unsaved changes"}
        </p>
      </div>
    </div>
  );
}

function Conflict({ editor, what, changed }: Required<Pick<Props, "editor" | "what" | "changed">>) {
  return (
    <ConflictAlert
      isPending={editor.isPending}
      onTakeTheirs={editor.takeTheirs}
      onSaveOver={editor.theirs && editor.saveOver}
    >
      Somebody else saved {what} meanwhile, so yours was not saved. Your input is still here.
      {changed && changed.length > 0 && ` They changed: ${changed.join(", ")}.`}
    </ConflictAlert>
  );
}
