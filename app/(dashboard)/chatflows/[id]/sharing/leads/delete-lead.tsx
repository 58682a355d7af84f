"use client";

import { ActionIcon, Button, Group, Modal } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "@/components/toast";
import { useSubmit } from "@/components/use-submit";
import { deleteLeadAction } from "../actions";
import classes from "../sharing.module.css";

/** Deletes who a visitor said they are. */
export function DeleteLead({ chatflowId, leadId, name }: { chatflowId: string; leadId: string; name: string }) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const { submit, failure, isPending } = useSubmit<{ id: string }>(
    "Flowlatch could not be reached. Try again to be sure.",
    () => {
      setIsOpen(false);
      toast({ message: "Lead deleted" });
      router.refresh();
    },
  );
  const close = () => {
    if (!isPending) setIsOpen(false);
  };
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={30}
        aria-label={`Delete the lead “${name}”`}
        onClick={() => setIsOpen(true)}
      >
        <IconTrash size={16} stroke={1.6} aria-hidden="true" />
      </ActionIcon>
      <Modal opened={isOpen} onClose={close} title="Delete lead">
        <p className={classes.dialogText}>
          What <bdi>{name}</bdi> told of themselves is deleted. This cannot be undone. What they asked stays among the
          sessions until you delete it there.
        </p>
        <p className={classes.error} role="alert">
          {failure?.message}
        </p>
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={close} disabled={isPending} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={isPending}
            onClick={() => submit(() => deleteLeadAction({ chatflowId, leadId }))}
          >
            Delete lead
          </Button>
        </Group>
      </Modal>
    </>
  );
}
