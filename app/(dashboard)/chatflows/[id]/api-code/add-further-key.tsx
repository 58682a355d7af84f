"use client";

import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./api-code.module.css";
import { Choice, KeyChoice, KeysNote } from "./key-choices";
import { useKeyOptions } from "./use-key-options";

export const addFurtherKeyId = "add-further-key";

interface Props {
  chatflowId: string;
  disabled: boolean;
  onAdd: (apiKeyId: string) => void;
  onCreate: () => void;
}

/** A combobox over the keys that the chatflow does not accept yet. */
export function AddFurtherKey({ chatflowId, disabled, onAdd, onCreate }: Props) {
  const [search, setSearch] = useState("");
  const combobox = useCombobox({
    onDropdownClose: () => {
      setSearch("");
      combobox.resetSelectedOption();
    },
  });
  const { keys, state } = useKeyOptions(chatflowId, search, combobox.dropdownOpened, "further");

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(value) => {
        combobox.closeDropdown();
        if (value === "create") onCreate();
        else onAdd(value);
      }}
      shadow="md"
      radius="md"
      withinPortal={false}
      floatingStrategy="fixed"
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          id={addFurtherKeyId}
          aria-label="Add a further key"
          role="combobox"
          size="xs"
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          placeholder="Add a key, for one more consumer"
          value={search}
          leftSection={<IconPlus size={14} stroke={1.8} aria-hidden="true" />}
          onClick={() => combobox.openDropdown()}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={240} className={classes.options} aria-label="Keys to add">
          {keys.map((key) => (
            <KeyChoice key={key.id} apiKey={key} isChosen={false} />
          ))}
          <Choice value="create" isChosen={false} icon={<IconPlus size={16} stroke={1.7} aria-hidden="true" />}>
            Create key…
          </Choice>
        </Combobox.Options>
        <KeysNote state={state} count={keys.length} search={search} />
      </Combobox.Dropdown>
    </Combobox>
  );
}
