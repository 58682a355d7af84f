"use client";

import { inviteButtonId } from "./invite-button";
import { InviteDialog } from "./invite-dialog";
import { LinkDialog } from "./link-dialog";
import type { PeopleDialogsProps } from "./people-dialogs-provider";
import { RemoveDialog } from "./remove-dialog";
import { RoleDialog } from "./role-dialog";

/** The page's dialogs. */
export function PeopleDialogs({ request, onClose }: PeopleDialogsProps) {
  function close() {
    const opener = request?.opener;
    onClose();
    // After the dialog is gone, and what opened it perhaps with it.
    setTimeout(() => (opener?.isConnected ? opener : document.getElementById(inviteButtonId))?.focus());
  }

  switch (request?.kind) {
    case "invite":
      return <InviteDialog onClose={close} />;
    case "link":
      return <LinkDialog person={request.person} onClose={close} />;
    case "role":
      return <RoleDialog person={request.person} byOwner={request.byOwner} onClose={close} />;
    case "remove":
      return <RemoveDialog person={request.person} onClose={close} />;
    default:
      return null;
  }
}
