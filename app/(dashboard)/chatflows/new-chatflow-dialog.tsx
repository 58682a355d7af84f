"use client";

import { Alert, Button, Group, Modal, Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { systemPromptMaxLength } from "@/lib/engines/config";
import { offersModels } from "@/lib/providers/kinds";
import type { ProviderOption } from "@/lib/providers/options";
import { DocumentPicker } from "./document-picker";
import { fetchJson } from "./fetch-json";
import { ModelField } from "./model-field";
import classes from "./model-fields.module.css";
import { ProviderField } from "./provider-field";
import { useNewChatflow } from "./use-new-chatflow";
import { engineNames } from "./wording";

const kinds = [
  { kind: "knowledge", means: "Answers with the passages of your documents that fit. Needs no model." },
  { kind: "model", means: "A prompt on a model of your provider’s, with memory and, if you like, documents." },
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
            onChange={(kind) => form.change({ kind: kind as (typeof kinds)[number]["kind"] })}
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
          {values.kind === "model" && <ModelPart form={form} />}
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
  );
}

type Providers = { providers: ProviderOption[]; canAdd: boolean };

/** The fields of a language model. The providers are read now: one may just have been added in another tab. */
function ModelPart({ form: { values, errors, change } }: { form: ReturnType<typeof useNewChatflow> }) {
  const [loaded, setLoaded] = useState<Providers | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const { providerId } = values;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the fields appear.
  useEffect(() => {
    const abort = new AbortController();
    fetchJson<Providers>("/chatflows/providers", abort.signal)
      .then((answer) => {
        if (!answer.ok) return setFailure(answer.message);
        const providers = answer.data.providers.filter(offersModels);
        setLoaded({ ...answer.data, providers });
        const [only, another] = providers;
        if (only && !another && !providerId) change({ providerId: only.id });
      })
      .catch(() => undefined);
    return () => abort.abort();
  }, []);

  if (failure) return <p className={classes.error}>{failure}</p>;
  if (!loaded) return null;
  return (
    <>
      <ProviderField
        providers={loaded.providers}
        canAdd={loaded.canAdd}
        value={providerId}
        error={errors["engine.providerId"]}
        onChange={(id) => change({ providerId: id, model: "" })}
      />
      {loaded.providers.length > 0 && (
        <>
          <ModelField
            providerId={providerId}
            value={values.model}
            error={errors["engine.model"]}
            onChange={(model) => change({ model })}
          />
          <Textarea
            label="System prompt"
            description="What the model is told before each conversation. You can leave it empty and write it later."
            autosize
            minRows={3}
            maxRows={10}
            maxLength={systemPromptMaxLength}
            value={values.systemPrompt}
            error={errors["engine.systemPrompt"]}
            onChange={(event) => change({ systemPrompt: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}
