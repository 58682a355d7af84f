"use client";

import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Access, ChosenAccess } from "./access";
import classes from "./api-code.module.css";
import { AccessIcon, Choice, KeyChoice, KeysNote } from "./key-choices";
import { useKeyOptions } from "./use-key-options";

export const authorizationId = "authorization";

const publicLabel = "No authorization (public)";

function labelOf(access: Access): string {
  if (access.kind === "closed") return "";
  return access.kind === "public" ? publicLabel : (access.apiKey?.name ?? "");
}

interface Props {
  chatflowId: string;
  access: Access;
  /** Why nothing can be changed; null where it can. */
  locked: string | null;
  onChoose: (access: ChosenAccess) => void;
  onCreate: () => void;
}

/** Who may call the chatflow: a combobox over every key of the workspace, searched on the server. */
export function AuthorizationField({ chatflowId, access, locked, onChoose, onCreate }: Props) {
  const [search, setSearch] = useState<string | null>(null);
  const combobox = useCombobox({
    onDropdownClose: () => {
      setSearch(null);
      combobox.resetSelectedOption();
    },
  });
  const { keys, state } = useKeyOptions(chatflowId, search ?? "", combobox.dropdownOpened);
  const chosenId = access.kind === "key" ? (access.apiKey?.id ?? null) : null;
  const isShown = (label: string) => label.toLowerCase().includes((search ?? "").trim().toLowerCase());

  function submit(value: string) {
    combobox.closeDropdown();
    if (value === "create") return onCreate();
    if (value === "public" || value === "closed") {
      if (value !== access.kind) onChoose({ kind: value });
      return;
    }
    const key = keys.find(({ id }) => id === value);
    if (key && key.id !== chosenId) onChoose({ kind: "key", apiKey: { id: key.id, name: key.name } });
  }

  return (
    // Inside the dialog, so that the list is part of it for assistive technology.
    <Combobox
      store={combobox}
      onOptionSubmit={submit}
      shadow="md"
      radius="md"
      withinPortal={false}
      floatingStrategy="fixed"
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          id={authorizationId}
          label="Authorization"
          description={locked ?? "Who may call this chatflow. Saved at once, in force with the next call."}
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          disabled={locked !== null}
          placeholder={access.kind === "key" ? "Further keys only" : "Choose who may call this chatflow"}
          value={search ?? labelOf(access)}
          leftSection={<AccessIcon kind={access.kind} />}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={(event) => {
            event.currentTarget.select();
            combobox.openDropdown();
          }}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={300} className={classes.options} aria-label="Authorization">
          {isShown(publicLabel) && (
            <Choice value="public" isChosen={access.kind === "public"} icon={<AccessIcon kind="public" />}>
              {publicLabel}
            </Choice>
          )}
          {access.kind !== "closed" && isShown("Close chatflow") && (
            <Choice value="closed" isChosen={false} icon={<AccessIcon kind="closed" />}>
              Close chatflow
            </Choice>
          )}
          {keys.map((key) => (
            <KeyChoice key={key.id} apiKey={key} isChosen={key.id === chosenId} />
          ))}
          <Choice value="create" isChosen={false} icon={<IconPlus size={16} stroke={1.7} aria-hidden="true" />}>
            Create key…
          </Choice>
        </Combobox.Options>
        <KeysNote state={state} count={keys.length} search={search ?? ""} />
      </Combobox.Dropdown>
    </Combobox>
  );
}
