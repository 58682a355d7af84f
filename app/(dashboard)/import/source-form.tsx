import { Button, FileInput, NativeSelect, PasswordInput, SegmentedControl, TextInput } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { FailureAlert } from "@/components/failure-alert";
import type { Failure } from "@/components/use-submit";
import type { ImportSource } from "@/lib/import/schema";
import classes from "./import.module.css";
import { readFiles } from "./read-files";

/** Fields that belong to no account of the person who fills them in. */
const notTheirs = { autoComplete: "off", spellCheck: false, "data-1p-ignore": true, "data-lpignore": "true" } as const;

interface Props {
  servers: { id: string; name: string }[];
  canConnect: boolean;
  failure: Failure | null;
  onFailure: (failure: Failure | null) => void;
  isPending: boolean;
  onSubmit: (source: ImportSource) => void;
}

type Kind = ImportSource["kind"];
const fieldsOf: Record<Kind, string[]> = { server: ["baseUrl", "apiKey"], file: ["files", "providerId"] };

/** Step 1: a Flowise server's address and key, or files from one. */
export function SourceForm({ servers, canConnect, failure, onFailure, isPending, onSubmit }: Props) {
  const [kind, setKind] = useState<Kind>("server");
  const [baseUrl, setBaseUrl] = useState("");
  const apiKey = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<File[]>([]);
  const [providerId, setProviderId] = useState(servers[0]?.id ?? "");
  const form = useRef<HTMLFormElement>(null);

  const isBesideField = failure?.field !== undefined && fieldsOf[kind].includes(failure.field);
  const errorOf = (field: string) => failure?.field === field && <span role="alert">{failure.message}</span>;
  useEffect(() => {
    if (isBesideField && !isPending)
      form.current?.querySelector<HTMLElement>(`[data-field="${failure.field}"]`)?.focus();
  }, [failure, isBesideField, isPending]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (kind === "server") return onSubmit({ kind, baseUrl, apiKey: apiKey.current?.value ?? "" });
    const read = await readFiles(files);
    if ("message" in read) return onFailure({ field: "files", message: read.message });
    onSubmit({ kind, data: read.data, providerId: providerId || null });
  }

  const server = (
    <>
      <TextInput
        label="Address of your Flowise server"
        description="Where you open Flowise in your browser."
        placeholder="https://flowise.example.com"
        inputMode="url"
        data-field="baseUrl"
        value={baseUrl}
        onChange={(event) => {
          setBaseUrl(event.currentTarget.value);
          onFailure(null);
        }}
        error={errorOf("baseUrl")}
        {...notTheirs}
      />
      <PasswordInput
        ref={apiKey}
        label="API key"
        description="One of Flowise’s own. Flowlatch calls your flows with it from then on; it is stored encrypted and never shown."
        data-field="apiKey"
        onChange={() => failure && onFailure(null)}
        error={errorOf("apiKey")}
        visibilityToggleButtonProps={{ "aria-label": "Show or hide the API key" }}
        {...notTheirs}
        autoComplete="new-password"
      />
      {!canConnect && (
        <p className={classes.hint}>
          Your role imports from servers that an admin has connected under Settings, Providers.
        </p>
      )}
    </>
  );
  const file = (
    <>
      <FileInput<true>
        label="JSON files"
        description="Flowise’s export, or what GET /api/v1/apikey and GET /api/v1/chatflows answer. They are read in your browser."
        placeholder="Choose files"
        leftSection={<IconFileText size={16} stroke={1.7} aria-hidden="true" />}
        accept=".json,application/json"
        multiple
        clearable
        clearButtonProps={{ "aria-label": "Choose no files" }}
        data-field="files"
        value={files}
        onChange={(chosen) => {
          setFiles(chosen);
          onFailure(null);
        }}
        error={errorOf("files")}
      />
      <NativeSelect
        label="Flowise server that the chatflows run on"
        description={
          servers.length > 0
            ? "Flowlatch passes their calls on to it."
            : "None is connected yet: keys can be imported, chatflows are left out."
        }
        data={[
          ...servers.map(({ id, name }) => ({ value: id, label: name })),
          { value: "", label: servers.length > 0 ? "None: leave chatflows out" : "None" },
        ]}
        data-field="providerId"
        value={providerId}
        onChange={(event) => {
          setProviderId(event.currentTarget.value);
          onFailure(null);
        }}
        error={errorOf("providerId")}
      />
    </>
  );

  return (
    <form ref={form} className={classes.form} onSubmit={submit} noValidate>
      <SegmentedControl
        aria-label="Where from"
        data={[
          { value: "server", label: "Flowise server" },
          { value: "file", label: "JSON files" },
        ]}
        value={kind}
        disabled={isPending}
        onChange={(value) => {
          setKind(value as Kind);
          onFailure(null);
        }}
      />
      <FailureAlert message={isBesideField ? null : failure?.message} />
      {/* Both stay, so that changing to and fro loses nothing. */}
      <div className={classes.fields} hidden={kind !== "server"}>
        {server}
      </div>
      <div className={classes.fields} hidden={kind !== "file"}>
        {file}
      </div>
      <div className={classes.buttons}>
        <p className={classes.hint} role="status">
          {isPending ? "Reading keys and chatflows…" : "Nothing is changed yet. You see first what would happen."}
        </p>
        <Button type="submit" loading={isPending}>
          Look it over
        </Button>
      </div>
    </form>
  );
}
