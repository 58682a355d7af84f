"use client";

import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { counted } from "../../wording";
import { forgetSessionIdAction } from "./actions";
import classes from "./sessions.module.css";

/** Deletes all of a session id, for people who ask to be forgotten. */
export function ForgetSession({ chatflowId }: { chatflowId: string }) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [sessionId, setSessionId] = useState("");
  const [everywhere, setEverywhere] = useState(false);
  const { submit, failure, setFailure, isPending } = useSubmit<{ sessions: number; turns: number; leads: number }>(
    "Flowlatch could not be reached. Try again to be sure.",
    ({ sessions, turns, leads }) => {
      toast({
        title: "Session ID forgotten",
        message: `${counted(sessions, "conversation")} with ${counted(turns, "turn")} and ${counted(leads, "lead")} deleted.`,
      });
      setIsOpen(false);
      setSessionId("");
      router.refresh();
    },
  );

  function close() {
    if (!isPending) setIsOpen(false);
  }

  function forget(event: FormEvent) {
    event.preventDefault();
    submit(() => forgetSessionIdAction({ chatflowId: everywhere ? null : chatflowId, sessionId }));
  }

  return (
    <>
      <Button variant="default" onClick={() => setIsOpen(true)}>
        Forget a session ID
      </Button>
      <Modal opened={isOpen} onClose={close} title="Forget a session ID">
        <form onSubmit={forget} noValidate>
          <Stack gap="md">
            <p className={classes.hint}>
              Deletes every conversation of one session ID, under whatever key or as a public caller, with its feedback
              and the leads of its chats. This cannot be undone.
            </p>
            <TextInput
              label="Session ID"
              value={sessionId}
              error={failure && <span role="alert">{failure.message}</span>}
              autoComplete="off"
              spellCheck={false}
              maxLength={300}
              data-autofocus
              onChange={(event) => {
                setSessionId(event.currentTarget.value);
                setFailure(null);
              }}
            />
            <Checkbox
              label="In all chatflows of this workspace"
              checked={everywhere}
              onChange={(event) => setEverywhere(event.currentTarget.checked)}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close} disabled={isPending}>
                Cancel
              </Button>
              <Button type="submit" color="red" loading={isPending}>
                Delete for good
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
