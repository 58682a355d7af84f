import { useRef, useState } from "react";
import { type Failure, useSubmit } from "@/components/use-submit";
import type { ProviderKind } from "@/lib/providers/kinds";
import type { ProviderSummary } from "@/lib/providers/schema";
import { createProviderAction, testConnectionAction, updateProviderAction } from "./actions";

const unreachable = "Flowlatch could not be reached. Check your connection and try again.";

/** What is typed, but for the API key: that stays in its field, where no markup or state repeats it. */
export interface ProviderValues {
  name: string;
  kind: ProviderKind;
  baseUrl: string;
  /** Of a saved provider that needs none. */
  removesApiKey: boolean;
}

export interface Saved {
  name: string;
  /** Null where nothing was tested. */
  message: string | null;
}

function valuesOf(provider: ProviderSummary | null): ProviderValues {
  const { name = "", kind = "openai", baseUrl = null } = provider ?? {};
  return { name, kind, baseUrl: baseUrl ?? "", removesApiKey: false };
}

/** A failure of the connection itself: what is typed may still be right, so it may be saved all the same. */
export function isConnectionFailure(failure: Failure | null): boolean {
  return failure?.code === "upstream_failed" || failure?.code === "upstream_timeout";
}

/** The form of a new provider, or of a saved one. */
export function useProviderForm(provider: ProviderSummary | null) {
  const [saved, setSaved] = useState<Saved | null>(null);
  const [values, setValues] = useState(() => valuesOf(provider));
  const [hasTypedKey, setHasTypedKey] = useState(false);
  const [works, setWorks] = useState<string | null>(null);
  const apiKeyRef = useRef<HTMLInputElement>(null);
  const testing = useSubmit<{ message: string }>(unreachable, ({ message }) => setWorks(message));
  const saving = useSubmit<Saved>(unreachable, setSaved);

  const initial = valuesOf(provider);
  const isDirty =
    hasTypedKey || (Object.keys(initial) as (keyof ProviderValues)[]).some((key) => values[key] !== initial[key]);

  /** What was said about the connection was said about another one. */
  function forget() {
    setWorks(null);
    testing.setFailure(null);
    saving.setFailure(null);
  }

  function change(changed: Partial<ProviderValues>) {
    setValues((all) => ({ ...all, ...changed }));
    forget();
  }

  function changeApiKey(typed: string) {
    setHasTypedKey(typed !== "");
    forget();
  }

  const connection = () => ({
    baseUrl: values.baseUrl,
    apiKey: values.removesApiKey ? null : (apiKeyRef.current?.value ?? ""),
  });

  function test() {
    forget();
    const { kind } = values;
    testing.submit(() => testConnectionAction({ ...(provider && { id: provider.id }), kind, ...connection() }));
  }

  function save(skipTest: boolean) {
    forget();
    const { name, kind } = values;
    const { baseUrl, apiKey } = connection();
    saving.submit(() =>
      provider
        ? updateProviderAction({ id: provider.id, version: provider.version, name, baseUrl, apiKey, skipTest })
        : createProviderAction({ name, kind, baseUrl, apiKey: apiKey ?? "", skipTest }),
    );
  }

  return {
    values,
    change,
    changeApiKey,
    apiKeyRef,
    hasTypedKey,
    isDirty,
    works,
    failure: saving.failure ?? testing.failure,
    /** Whether the failure kept it from being saved, so that saving all the same may be offered. */
    mayBeSavedAnyway: isConnectionFailure(saving.failure),
    isTesting: testing.isPending,
    isSaving: saving.isPending,
    /** Once it is saved and the list behind shows it: what the focus goes back to is then there. */
    saved: saving.isPending ? null : saved,
    test,
    save,
  };
}

export type ProviderForm = ReturnType<typeof useProviderForm>;
