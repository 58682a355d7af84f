"use client";

import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { counted } from "../../../wording";
import { deleteSessionAction, forgetSessionIdAction } from "../actions";
import classes from "../sessions.module.css";

interface Props {
  chatflowId: string;
  turnId: string;
  sessionId: string;
  turnCount: number;
}

/** Deletes the conversation, or all that its session id has. */
export function DeleteConversation({ chatflowId, turnId, sessionId, turnCount }: Props) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [scope, setScope] = useState("conversation");
  const { submit, failure, isPending } = useSubmit<{ turns: number }>(
    "Flowlatch could not be reached. Try again to be sure.",
    ({ turns }) => {
      toast({ title: "Deleted", message: `${counted(turns, "turn")} deleted.` });
      router.replace(`/chatflows/${chatflowId}/sessions`);
      router.refresh();
    },
  );
  const close = () => {
    if (!isPending) setIsOpen(false);
  };
  const remove = () =>
    submit(async () =>
      scope === "conversation"
        ? await deleteSessionAction({ chatflowId, turnId })
        : await forgetSessionIdAction({ chatflowId: scope === "chatflow" ? chatflowId : null, sessionId }),
    );
  return (
    <>
      <Button variant="default" onClick={() => setIsOpen(true)}>
        Delete
      </Button>
      <Modal opened={isOpen} onClose={close} title="Delete conversation">
        <Stack gap="md">
          <Radio.Group label="What to delete" value={scope} onChange={setScope}>
            <Stack gap="xs" mt={6}>
              <Radio value="conversation" label={`This conversation, ${counted(turnCount, "turn")}`} />
              <Radio
                value="chatflow"
                label="Everything of its session ID in this chatflow"
                description="Under whatever key and as a public caller, with the leads of its chats."
              />
              <Radio
                value="workspace"
                label="Everything of its session ID in all chatflows"
                description="The same, in every chatflow of this workspace."
              />
            </Stack>
          </Radio.Group>
          <p className={classes.hint}>
            This cannot be undone. Feedback goes with its turns, and the chatflow no longer remembers what is deleted.
          </p>
          <p className={classes.error} role="alert">
            {failure?.message}
          </p>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} disabled={isPending}>
              Cancel
            </Button>
            <Button color="red" loading={isPending} onClick={remove}>
              Delete for good
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
