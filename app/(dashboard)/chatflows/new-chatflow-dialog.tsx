"use client";

import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { FailureAlert } from "@/components/failure-alert";
import { DocumentPicker } from "./document-picker";
import classes from "./model-fields.module.css";
import { NewChatflowEngine } from "./new-chatflow-engine";
import { useNewChatflow } from "./use-new-chatflow";
import { engineNames } from "./wording";

const kinds = [
  { kind: "knowledge", means: "Answers with the passages of your documents that fit. Needs no model." },
  { kind: "model", means: "A prompt on a model of your provider’s, with memory and, if you like, documents." },
  { kind: "flowise", means: "A flow on your Flowise server, with your API keys here in front of it." },
] as const;

export function NewChatflowDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const form = useNewChatflow();
  const { source, values, errors, failure, createdId, isPending } = form;

  function close() {
    // What is being sent would go on unseen.
    if (isPending) return;
    if (createdId) form.openPage(createdId);
    else onClose();
  }

  return (
    <Modal opened={isOpen} onClose={close} title="New chatflow" size="lg" closeOnClickOutside={false}>
      <form onSubmit={form.submit} noValidate>
        <Stack gap="md">
          <TextInput
            label="Name"
            value={values.name}
            error={errors.name}
            readOnly={createdId !== null}
            autoComplete="off"
            data-autofocus
            onChange={(event) => form.change({ name: event.currentTarget.value })}
          />
          <Radio.Group
            label="Engine"
            value={values.kind}
            onChange={(kind) => form.changeKind(kind as (typeof kinds)[number]["kind"])}
          >
            <div className={classes.choices}>
              {kinds.map(({ kind, means }) => (
                <Radio
                  key={kind}
                  className={classes.choice}
                  value={kind}
                  label={engineNames[kind]}
                  description={means}
                  disabled={createdId !== null}
                />
              ))}
            </div>
          </Radio.Group>
          {values.kind === "model" && <NewChatflowEngine key="models" form={form} offers="models" />}
          {values.kind === "flowise" && <NewChatflowEngine key="flows" form={form} offers="flows" />}
          {values.kind !== "flowise" && <DocumentPicker source={source} />}
          <div aria-live="assertive">
            <FailureAlert message={failure} />
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
  );
}
