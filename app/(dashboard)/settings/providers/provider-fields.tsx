"use client";

import { Button, Checkbox, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { type ProviderKind, providerKindDescriptions, providerKinds } from "@/lib/providers/kinds";
import type { ProviderSummary } from "@/lib/providers/schema";
import classes from "./provider-dialog.module.css";
import { isConnectionFailure, type ProviderForm } from "./use-provider-form";

const kindOptions = providerKinds.map((kind) => ({ value: kind, label: providerKindDescriptions[kind].label }));

/** Fields that belong to no account of the person who fills them in. */
const notTheirs = { autoComplete: "off", spellCheck: false, "data-1p-ignore": true, "data-lpignore": "true" } as const;

/** The sentence beside a field; of a connection's failure, only the mark: its sentence stands below all. */
function errorOf({ failure }: ProviderForm, field: string) {
  if (failure?.field !== field) return undefined;
  return isConnectionFailure(failure) || <span role="alert">{failure.message}</span>;
}

/** Where servers of one's own are on the machine itself, unless they were told otherwise. */
const usualServers = [
  { name: "Ollama", baseUrl: "http://localhost:11434/v1" },
  { name: "LM Studio", baseUrl: "http://localhost:1234/v1" },
  { name: "vLLM", baseUrl: "http://localhost:8000/v1" },
  { name: "llama.cpp", baseUrl: "http://localhost:8080/v1" },
];

interface Props {
  form: ProviderForm;
  /** The saved provider when one is edited. */
  provider: ProviderSummary | null;
}

/** What a provider consists of. Its kind stays what it was: another kind is another provider. */
export function ProviderFields({ form, provider }: Props) {
  const { values, change } = form;
  const { exampleBaseUrl, label } = providerKindDescriptions[values.kind];
  return (
    <>
      <TextInput
        name="name"
        label="Name"
        value={values.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={errorOf(form, "name")}
        {...notTheirs}
        data-autofocus
      />
      {provider ? (
        <TextInput label="Kind" value={label} readOnly />
      ) : (
        <NativeSelect
          label="Kind"
          data={kindOptions}
          value={values.kind}
          onChange={(event) => change({ kind: event.currentTarget.value as ProviderKind })}
        />
      )}
      <TextInput
        name="baseUrl"
        label="Base URL"
        description={addressHint(values.kind)}
        placeholder={exampleBaseUrl}
        inputMode="url"
        value={values.baseUrl}
        onChange={(event) => change({ baseUrl: event.currentTarget.value })}
        error={errorOf(form, "baseUrl")}
        {...notTheirs}
      />
      {values.kind === "openai-compatible" && !provider && <UsualServers form={form} />}
      <ApiKeyField form={form} provider={provider} />
    </>
  );
}

function addressHint(kind: ProviderKind): string {
  if (kind === "flowise") return "Where you open Flowise in your browser.";
  if (kind === "openai-compatible") return "Where its API is. Most end with /v1.";
  return "Leave it empty, unless you call it through a proxy.";
}

function UsualServers({ form: { values, change } }: { form: ProviderForm }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own
    <div role="group" aria-label="Usual addresses" className={classes.usual}>
      {usualServers.map(({ name, baseUrl }) => (
        <Button
          key={name}
          variant="default"
          size="compact-xs"
          onClick={() => change({ baseUrl, name: values.name || name })}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}

function keyHint(form: ProviderForm, provider: ProviderSummary | null): string {
  const { needsApiKey } = providerKindDescriptions[form.values.kind];
  const isElsewhere = form.values.baseUrl.trim() !== (provider?.baseUrl ?? "");
  if (provider?.hasApiKey && isElsewhere) return "Enter it again: the saved key is not sent to another address.";
  if (provider?.hasApiKey) return "One is saved. Leave this empty to keep it.";
  if (!needsApiKey) return "Only if the server asks for one.";
  if (form.values.kind === "flowise") return "One of Flowise’s own API keys. Stored encrypted, and never shown again.";
  return "Stored encrypted, and never shown again.";
}

function ApiKeyField({ form, provider }: Props) {
  const { values, change } = form;
  const mayRemove = provider?.hasApiKey && !providerKindDescriptions[values.kind].needsApiKey;
  return (
    <>
      <PasswordInput
        ref={form.apiKeyRef}
        name="apiKey"
        label="API key"
        description={keyHint(form, provider)}
        onChange={(event) => form.changeApiKey(event.currentTarget.value)}
        error={errorOf(form, "apiKey")}
        disabled={values.removesApiKey}
        visibilityToggleButtonProps={{ "aria-label": "Show or hide the API key" }}
        {...notTheirs}
        autoComplete="new-password"
      />
      {mayRemove && (
        <Checkbox
          label="Remove the saved API key"
          checked={values.removesApiKey}
          onChange={(event) => change({ removesApiKey: event.currentTarget.checked })}
        />
      )}
    </>
  );
}
