"use client";

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useOpenPeopleDialog } from "./people-dialogs-provider";

/** Where the focus goes when what opened a dialog is no longer there. */
export const inviteButtonId = "invite-person";

export function InviteButton() {
  const open = useOpenPeopleDialog();
  return (
    <Button
      id={inviteButtonId}
      leftSection={<IconPlus size={16} stroke={2} aria-hidden="true" />}
      onClick={(event) => open({ kind: "invite", opener: event.currentTarget })}
    >
      Invite
    </Button>
  );
}
