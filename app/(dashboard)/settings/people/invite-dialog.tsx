"use client";

import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import dialog from "@/components/dialog.module.css";
import { FailureAlert } from "@/components/failure-alert";
import { unreachable } from "@/components/no-answer";
import { useSubmit } from "@/components/use-submit";
import type { Role } from "@/lib/auth/roles";
import { inviteUserSchema } from "@/lib/auth/schema";
import { inviteUserAction } from "./actions";
import { RoleField } from "./role-field";
import { type MadeLink, ShownLink } from "./shown-link";

/** Fields about somebody else than who fills them in. */
const notTheirs = { autoComplete: "off", spellCheck: false, "data-1p-ignore": true, "data-lpignore": "true" } as const;

/** Adds somebody, and shows the link for them. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState({ name: "", email: "", role: "editor" as Role });
  const [link, setLink] = useState<MadeLink | null>(null);
  const { submit, failure, setFailure, isPending } = useSubmit<MadeLink>(unreachable, setLink);
  const formRef = useRef<HTMLFormElement>(null);
  const field = failure?.field;
  useEffect(() => {
    if (field && !isPending) formRef.current?.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`)?.focus();
  }, [field, isPending]);

  function change(changed: Partial<typeof typed>) {
    setTyped((all) => ({ ...all, ...changed }));
    setFailure(null);
  }

  function invite(event: FormEvent) {
    event.preventDefault();
    const checked = inviteUserSchema.safeParse(typed);
    if (checked.success) return submit(() => inviteUserAction(checked.data));
    const [issue] = checked.error.issues;
    setFailure({ field: String(issue?.path[0]), message: issue?.message ?? "" });
  }

  const errorOf = (name: string) => field === name && <span role="alert">{failure?.message}</span>;
  const isTouched = link !== null || typed.name !== "" || typed.email !== "";
  return (
    <Modal
      opened
      onClose={() => isPending || onClose()}
      title={link ? "Invitation" : "Invite somebody"}
      returnFocus={false}
      closeOnClickOutside={!isTouched}
    >
      {link ? (
        <ShownLink link={link} onClose={onClose} />
      ) : (
        <form ref={formRef} className={dialog.form} onSubmit={invite} noValidate>
          <FailureAlert message={field ? null : failure?.message} />
          <TextInput
            name="name"
            label="Name"
            value={typed.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={errorOf("name")}
            {...notTheirs}
            data-autofocus
          />
          <TextInput
            name="email"
            label="Email"
            description="What they sign in with. Flowlatch sends no mail: you get a link to send."
            inputMode="email"
            value={typed.email}
            onChange={(event) => change({ email: event.currentTarget.value })}
            error={errorOf("email")}
            {...notTheirs}
          />
          <RoleField role={typed.role} offersOwner={false} onChange={(role) => change({ role })} />
          <div className={dialog.buttons}>
            <Button variant="default" onClick={onClose} disabled={isPending}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending}>
              Invite
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
