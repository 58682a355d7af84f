"use client";

import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import dialog from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { unreachable } from "@/components/no-answer";
import { useSubmit } from "@/components/use-submit";
import type { UserSummary } from "@/lib/auth/schema";
import { makePasswordLinkAction } from "./actions";
import { type MadeLink, ShownLink } from "./shown-link";

/** Makes a link for somebody who forgot the password or lost the invitation. */
export function LinkDialog({ person, onClose }: { person: UserSummary; onClose: () => void }) {
  const [link, setLink] = useState<MadeLink | null>(null);
  const { submit, failure, isPending } = useSubmit<MadeLink>(unreachable, setLink);
  const { id, name, isInvited } = person;
  return (
    <Modal
      opened
      onClose={() => isPending || onClose()}
      title={isInvited ? "New invitation link" : "New password link"}
      returnFocus={false}
      closeOnClickOutside={link === null}
    >
      {link ? (
        <ShownLink link={link} onClose={onClose} />
      ) : (
        <div className={dialog.form}>
          <FailureAlert message={failure?.message} />
          <p className={dialog.text}>
            With the link, <bdi className={dialog.name}>{name}</bdi> chooses a new password.{" "}
            {!isInvited && "Until it is used, the old password and open sessions go on working; then both end."}
          </p>
          <div className={dialog.buttons}>
            <Button variant="default" onClick={onClose} disabled={isPending}>
              Cancel
            </Button>
            <Button loading={isPending} onClick={() => submit(() => makePasswordLinkAction({ id }))} data-autofocus>
              Make the link
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
