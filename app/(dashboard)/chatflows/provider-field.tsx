"use client";

import { NativeSelect } from "@mantine/core";
import Link from "next/link";
import type { ProviderOption } from "@/lib/providers/options";
import classes from "./model-fields.module.css";

interface Props {
  providers: ProviderOption[];
  /** Whether this operator may add one. */
  canAdd: boolean;
  value: string;
  error?: string | undefined;
  readOnly?: boolean;
  onChange: (providerId: string) => void;
}

/** Which provider's models answer. Without any, how to come by one. */
export function ProviderField({ providers, canAdd, value, error, readOnly = false, onChange }: Props) {
  if (providers.length === 0) return <NoProviders canAdd={canAdd} error={error} />;
  const isKnown = providers.some(({ id }) => id === value);
  return (
    <NativeSelect
      label="Provider"
      value={isKnown ? value : ""}
      error={error}
      // A select has no read-only state of its own.
      disabled={readOnly}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {!isKnown && <option value="">Choose a provider</option>}
      {providers.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}

function NoProviders({ canAdd, error }: { canAdd: boolean; error: string | undefined }) {
  return (
    <div className={classes.none}>
      <p>
        A language model needs a provider: OpenAI, Anthropic, Google, or a server of your own such as Ollama. There is
        none yet.
      </p>
      {canAdd ? (
        <Link href="/settings/providers" className={classes.link}>
          Add provider
        </Link>
      ) : (
        <p>Ask an admin of this workspace to add one.</p>
      )}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
