import { Alert, Button, Group } from "@mantine/core";

interface Props {
  editor: { takeTheirs: () => void; saveOver: () => void; isPending: boolean };
  /** What somebody else saved. */
  what?: string;
  /** What they changed, where it is known. */
  changed: string[] | null;
  /** Whether their version is known, so that it can knowingly be replaced. */
  canSaveOver: boolean;
}

/** What the second of two operators is told, and their choice between the two versions. */
export function ConflictAlert({ editor, what = "this chatflow", changed, canSaveOver }: Props) {
  return (
    <Alert color="yellow" variant="light" p="sm">
      Somebody else saved {what} meanwhile, so yours was not saved. Your input is still here.
      {changed && changed.length > 0 && ` They changed: ${changed.join(", ")}.`}
      <Group gap="xs" mt="xs">
        <Button variant="default" onClick={editor.takeTheirs} disabled={editor.isPending}>
          Reload their version
        </Button>
        {canSaveOver && (
          <Button variant="default" onClick={editor.saveOver} disabled={editor.isPending}>
            Save mine over it
          </Button>
        )}
      </Group>
    </Alert>
  );
}
