"use client";

import { NativeSelect } from "@mantine/core";
import Link from "next/link";
import { type Offer, providerKindDescriptions } from "@/lib/providers/kinds";
import type { ProviderOption } from "@/lib/providers/options";
import classes from "./model-fields.module.css";

interface Props {
  /** What is asked of it. */
  offers: Offer;
  providers: ProviderOption[];
  /** Whether this operator may add one. */
  canAdd: boolean;
  value: string;
  error?: string | undefined;
  readOnly?: boolean;
  onChange: (providerId: string) => void;
}

const words = {
  models: {
    label: "Provider",
    choose: "Choose a provider",
    none: "A language model needs a provider: OpenAI, Anthropic, Google, or a server of your own such as Ollama. There is none yet.",
  },
  flows: {
    label: "Flowise server",
    choose: "Choose a server",
    none: "A flow runs on a Flowise server. None is connected yet: add it as a provider of the kind Flowise.",
  },
};

/** Those of the providers that offer it. */
export function offering(providers: ProviderOption[], offers: Offer): ProviderOption[] {
  return providers.filter(({ kind }) => providerKindDescriptions[kind].offers === offers);
}

/** Which provider's models or flows answer. Without any, how to come by one. */
export function ProviderField({ offers, providers: all, canAdd, value, error, readOnly = false, onChange }: Props) {
  const providers = offering(all, offers);
  const { label, choose, none } = words[offers];
  if (providers.length === 0) return <NoProviders text={none} canAdd={canAdd} error={error} />;
  const isKnown = providers.some(({ id }) => id === value);
  return (
    <NativeSelect
      label={label}
      value={isKnown ? value : ""}
      error={error}
      // A select has no read-only state of its own.
      disabled={readOnly}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {!isKnown && <option value="">{choose}</option>}
      {providers.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}

function NoProviders({ text, canAdd, error }: { text: string; canAdd: boolean; error: string | undefined }) {
  return (
    <div className={classes.none}>
      <p>{text}</p>
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
