"use client";

import { Autocomplete, type ComboboxItem, Loader, type OptionsFilter } from "@mantine/core";
import { useState } from "react";
import classes from "./model-fields.module.css";
import { type OfferList, useOffers } from "./use-offers";
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
      <p className={classes.hint} role="status">
        {sentenceFor(list)}
        {list.status === "failed" && (
          <>
            {" "}
            <button type="button" className={classes.link} onClick={retry}>
              Ask again
            </button>
          </>
        )}
      </p>
    </div>
  );
}

function sentenceFor(list: OfferList<string>): string {
  if (list.status === "loading") return "Asking the provider for its models…";
  if (list.status === "failed") return `${list.message} You can type the model’s name all the same.`;
  if (list.status !== "loaded") return "";
  if (list.items.length === 0) return "The provider offers no list of models. Type the model’s name.";
  return `The provider offers ${counted(list.items.length, "model")}. Any other name works as well.`;
}
