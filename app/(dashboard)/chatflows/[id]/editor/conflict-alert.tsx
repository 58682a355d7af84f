import { Alert, Button, Group } from "@mantine/core";
import type { DraftEditor } from "./use-draft";

/** What the second of two operators is told, and their choice between the two versions. */
export function ConflictAlert({ editor, changed }: { editor: DraftEditor; changed: string[] | null }) {
  return (
    <Alert color="yellow" variant="light" p="sm">
      Somebody else saved this chatflow meanwhile, so yours was not saved. Your input is still here.
      {changed && changed.length > 0 && ` They changed: ${changed.join(", ")}.`}
      <Group gap="xs" mt="xs">
        <Button variant="default" onClick={editor.takeTheirs} disabled={editor.isPending}>
          Reload their version
        </Button>
        {changed && (
          <Button variant="default" onClick={editor.saveOver} disabled={editor.isPending}>
            Save mine over it
          </Button>
        )}
      </Group>
    </Alert>
  );
}
