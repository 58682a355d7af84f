"use client";

import { Alert, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import { chatflowNameSchema } from "@/lib/chatflows/schema";
import { createChatflowAction } from "./actions";
import { DocumentPicker } from "./document-picker";
import { useDocumentDrafts } from "./use-document-drafts";

/** The button and its dialog. What was typed stays when the dialog is closed and opened again. */
export function NewChatflow() {
  const router = useRouter();
  const source = useDocumentDrafts();
  const [isOpen, setIsOpen] = useState(false);
  const [name, setName] = useState("");
  const [nameError, setNameError] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  /** Set once the chatflow exists: a document that failed is then sent again without making a second one. */
  const [createdId, setCreatedId] = useState<string | null>(null);
  const [isPending, startTransition] = useTransition();

  const openPage = (id: string) => startTransition(() => router.push(`/chatflows/${id}`));

  async function create(): Promise<string | null> {
    if (createdId) return createdId;
    const result = await createChatflowAction({ name, engine: { kind: "knowledge" } }).catch(() => null);
    if (result?.ok) {
      setCreatedId(result.data.id);
      return result.data.id;
    }
    if (result?.error.field === "name") setNameError(result.error.message);
    else setFailure(result?.error.message ?? "Flowlatch could not be reached. Nothing was created.");
    return null;
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setFailure(null);
    const checked = chatflowNameSchema.safeParse(name);
    setNameError(checked.success ? null : (checked.error.issues[0]?.message ?? null));
    const areDocumentsFine = source.check();
    if (!checked.success || !areDocumentsFine) return;
    startTransition(async () => {
      const id = await create();
      if (!id) return;
      const { failed } = await source.upload(id);
      if (failed > 0) setFailure("The chatflow was created, but not every document could be added.");
      else openPage(id);
    });
  }

  function close() {
    // What is being sent would go on unseen.
    if (isPending) return;
    if (createdId) openPage(createdId);
    else setIsOpen(false);
  }

  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden="true" />} onClick={() => setIsOpen(true)}>
        New chatflow
      </Button>
      <Modal opened={isOpen} onClose={close} title="New chatflow" size="lg" closeOnClickOutside={false}>
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            <TextInput
              label="Name"
              value={name}
              error={nameError}
              readOnly={createdId !== null}
              autoComplete="off"
              data-autofocus
              onChange={(event) => {
                setName(event.currentTarget.value);
                setNameError(null);
              }}
            />
            <DocumentPicker source={source} />
            <div aria-live="assertive">
              {failure && (
                <Alert color="red" variant="light" p="sm">
                  {failure}
                </Alert>
              )}
            </div>
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close} disabled={isPending}>
                {createdId ? "Open without them" : "Cancel"}
              </Button>
              <Button type="submit" loading={isPending}>
                {createdId ? "Try again" : "Create"}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
