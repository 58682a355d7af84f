"use client";

import { Button, Modal } from "@mantine/core";
import { type FormEvent, useState } from "react";
import dialog from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { unreachable } from "@/components/no-answer";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import type { Role } from "@/lib/auth/roles";
import type { UserSummary } from "@/lib/auth/schema";
import { changeUserRoleAction } from "./actions";
import { RoleField } from "./role-field";
import { roleDescriptions } from "./wording";

interface Props {
  person: UserSummary;
  byOwner: boolean;
  onClose: () => void;
}

/** Gives somebody another role. */
export function RoleDialog({ person, byOwner, onClose }: Props) {
  const [role, setRole] = useState(person.role);
  const { submit, failure, setFailure, isPending } = useSubmit<{ name: string; role: Role }>(unreachable, (changed) => {
    onClose();
    toast({ title: "Role changed", message: `“${changed.name}” is now: ${roleDescriptions[changed.role].label}.` });
  });

  function save(event: FormEvent) {
    event.preventDefault();
    submit(() => changeUserRoleAction({ id: person.id, role }));
  }

  return (
    <Modal opened onClose={() => isPending || onClose()} title="Change role" returnFocus={false}>
      <form className={dialog.form} onSubmit={save}>
        <FailureAlert message={failure?.message} />
        <p className={dialog.text}>
          What <bdi className={dialog.name}>{person.name}</bdi> may do from now on, in sessions that are open as well.
        </p>
        <RoleField
          role={role}
          offersOwner={byOwner}
          onChange={(chosen) => {
            setRole(chosen);
            setFailure(null);
          }}
        />
        <div className={dialog.buttons}>
          <Button variant="default" onClick={onClose} disabled={isPending}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={role === person.role}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
