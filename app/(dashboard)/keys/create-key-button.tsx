"use client";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useOpenKeyDialog } from "./key-dialogs-provider";

export function CreateKeyButton() {
  const open = useOpenKeyDialog();
  return (
    <Button
      leftSection={<IconPlus size={16} stroke={2} aria-hidden="true" />}
      onClick={(event) => open({ kind: "create", opener: event.currentTarget })}
    >
      Create key
    </Button>
  );
}
