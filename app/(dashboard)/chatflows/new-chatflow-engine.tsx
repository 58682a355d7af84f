"use client";

import { Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import { systemPromptMaxLength } from "@/lib/engines/config";
import type { Offer } from "@/lib/providers/kinds";
import type { ProviderOption } from "@/lib/providers/options";
import { fetchJson } from "./fetch-json";
import { FlowField } from "./flow-field";
import { ModelField } from "./model-field";
import classes from "./model-fields.module.css";
import { offering, ProviderField } from "./provider-field";
import type { useNewChatflow } from "./use-new-chatflow";

type Providers = { providers: ProviderOption[]; canAdd: boolean };

interface Props {
  form: ReturnType<typeof useNewChatflow>;
  offers: Offer;
}

/**
 * The fields of an engine that asks a provider. The providers are read now: one may just have been
 * added in another tab.
 */
export function NewChatflowEngine({ form, offers }: Props) {
  const [loaded, setLoaded] = useState<Providers | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const { values, errors, change } = form;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the fields appear.
  useEffect(() => {
    const abort = new AbortController();
    fetchJson<Providers>("/chatflows/providers", abort.signal)
      .then((answer) => {
        if (!answer.ok) return setFailure(answer.message);
        setLoaded(answer.data);
        const [only, another] = offering(answer.data.providers, offers);
        if (only && !another && !values.providerId) change({ providerId: only.id });
      })
      .catch(() => undefined);
    return () => abort.abort();
  }, []);

  if (failure) return <p className={classes.error}>{failure}</p>;
  if (!loaded) return null;
  return (
    <>
      <ProviderField
        offers={offers}
        providers={loaded.providers}
        canAdd={loaded.canAdd}
        value={values.providerId}
        error={errors["engine.providerId"]}
        onChange={(providerId) => change({ providerId, model: "", flowId: "", flowName: "" })}
      />
      {offering(loaded.providers, offers).length > 0 &&
        (offers === "models" ? <ModelPart form={form} /> : <FlowPart form={form} />)}
    </>
  );
}

function FlowPart({ form: { values, errors, change } }: Pick<Props, "form">) {
  const { providerId, flowId, flowName } = values;
  return (
    <FlowField
      key={providerId}
      providerId={providerId}
      flowId={flowId}
      flowName={flowName}
      error={errors["engine.flowId"]}
      onChange={change}
    />
  );
}

function ModelPart({ form: { values, errors, change } }: Pick<Props, "form">) {
  return (
    <>
      <ModelField
        providerId={values.providerId}
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
  );
}
