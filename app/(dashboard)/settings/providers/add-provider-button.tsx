"use client";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useOpenProviderDialog } from "./provider-dialogs-provider";

/** Where the focus goes when what opened a dialog is no longer there. */
export const addProviderButtonId = "add-provider";

export function AddProviderButton() {
  const open = useOpenProviderDialog();
  return (
    <Button
      id={addProviderButtonId}
      leftSection={<IconPlus size={16} stroke={2} aria-hidden="true" />}
      onClick={(event) => open({ kind: "add", opener: event.currentTarget })}
    >
      Add provider
    </Button>
  );
}
