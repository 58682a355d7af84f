"use client";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useOpenKeyDialog } from "./key-dialogs-provider";

/** Where the focus goes when what opened a dialog is no longer there. */
export const createKeyButtonId = "create-key";

export function CreateKeyButton() {
  const open = useOpenKeyDialog();
  return (
    <Button
      id={createKeyButtonId}
      leftSection={<IconPlus size={16} stroke={2} aria-hidden="true" />}
      onClick={(event) => open({ kind: "create", opener: event.currentTarget })}
    >
      Create key
    </Button>
  );
}
