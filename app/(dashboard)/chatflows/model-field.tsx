"use client";

import { Autocomplete, type ComboboxItem, Loader, type OptionsFilter } from "@mantine/core";
import { useState } from "react";
import { OffersHint } from "./offers-hint";
import { useOffers } from "./use-offers";
import { counted } from "./wording";

interface Props {
  providerId: string;
  value: string;
  error?: string | undefined;
  readOnly?: boolean;
  onChange: (model: string) => void;
}

/** Shown at once; more is found by typing. */
const shownAtMost = 200;

/** What is chosen already is no search: opened again, the field offers everything. */
const filter: OptionsFilter = ({ options, search }) => {
  const models = options as ComboboxItem[];
  const words = search.trim().toLowerCase();
  const isChosen = models.some(({ value }) => value === search);
  return (isChosen ? models : models.filter(({ value }) => value.toLowerCase().includes(words))).slice(0, shownAtMost);
};

/** A model by name: one the provider lists, or any other. The list is asked for when the field is used. */
export function ModelField({ providerId, value, error, readOnly = false, onChange }: Props) {
  const [isWanted, setIsWanted] = useState(false);
  const { list, retry } = useOffers<string>("models", providerId, isWanted && !readOnly);
  return (
    <div>
      <Autocomplete
        label="Model"
        placeholder={providerId ? "Choose or type a name" : "Choose a provider first"}
        value={value}
        error={error}
        readOnly={readOnly}
        maxLength={200}
        spellCheck={false}
        data={list.status === "loaded" ? list.items : []}
        filter={filter}
        maxDropdownHeight={260}
        // Neither while one tabs through, nor when what is wrong is given the focus.
        openOnFocus={false}
        // In its place in the page, where a screen reader finds it.
        comboboxProps={{ withinPortal: false }}
        rightSection={list.status === "loading" ? <Loader size={16} aria-hidden="true" /> : undefined}
        onFocus={() => setIsWanted(true)}
        onChange={onChange}
      />
      <OffersHint
        list={list}
        retry={retry}
        asking="Asking the provider for its models…"
        withoutList="You can type the model’s name all the same."
        offered={(count) =>
          count === 0
            ? "The provider offers no list of models. Type the model’s name."
            : `The provider offers ${counted(count, "model")}. Any other name works as well.`
        }
      />
    </div>
  );
}
