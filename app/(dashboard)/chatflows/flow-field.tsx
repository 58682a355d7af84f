"use client";

import { Loader, Select } from "@mantine/core";
import { useState } from "react";
import type { Flow } from "@/lib/providers/flow-list";
import { OffersHint } from "./offers-hint";
import { useOffers } from "./use-offers";
import { counted } from "./wording";

interface Props {
  providerId: string;
  flowId: string;
  /** "" where its id was typed. */
  flowName: string;
  error?: string | undefined;
  readOnly?: boolean;
  onChange: (flow: { flowId: string; flowName: string }) => void;
}

/** As Flowise's ids are, and long enough that no search for a name is taken for one. */
const idLike = /^[\w-]{20,200}$/;

/** Choices by id. Of two flows with one name, the beginnings of their ids tell them apart. */
function choicesOf(flows: Flow[]) {
  const isOnly = ({ name }: Flow) => flows.filter((other) => other.name === name).length === 1;
  return flows.map((flow) => ({
    value: flow.id,
    label: isOnly(flow) ? flow.name || flow.id : `${flow.name} (${flow.id.slice(0, 8)})`,
  }));
}

/** A flow by its name, as the server lists it, or any other by its id. The list is asked for when the field is used. */
export function FlowField({ providerId, flowId, flowName, error, readOnly = false, onChange }: Props) {
  const [isWanted, setIsWanted] = useState(false);
  const [search, setSearch] = useState(flowName || flowId);
  const { list, retry } = useOffers<Flow>("flows", providerId, isWanted && !readOnly);
  const flows = list.status === "loaded" ? list.items : [];
  const typed = search.trim();
  const choices = choicesOf(flows);
  const has = (id: string) => choices.some(({ value }) => value === id);
  const others = [
    ...(flowId && !has(flowId) ? [{ value: flowId, label: flowName || flowId }] : []),
    ...(idLike.test(typed) && typed !== flowId && !has(typed) ? [{ value: typed, label: typed }] : []),
  ];

  return (
    <div>
      <Select
        label="Flow"
        placeholder={providerId ? "Choose one, or paste an id" : "Choose a server first"}
        value={flowId || null}
        error={error}
        readOnly={readOnly}
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        spellCheck={false}
        data={[...others, ...choices]}
        nothingFoundMessage={list.status === "loaded" ? "No flow has this name. Paste its id to use it." : undefined}
        maxDropdownHeight={260}
        allowDeselect={false}
        // In its place in the page, where a screen reader finds it.
        comboboxProps={{ withinPortal: false }}
        rightSection={list.status === "loading" ? <Loader size={16} aria-hidden="true" /> : undefined}
        onFocus={() => setIsWanted(true)}
        onChange={(id) => {
          if (id !== null) onChange({ flowId: id, flowName: flows.find((flow) => flow.id === id)?.name ?? "" });
        }}
      />
      <OffersHint
        list={list}
        retry={retry}
        asking="Asking the Flowise server for its flows…"
        withoutList="You can paste the flow’s id all the same."
        offered={(count) =>
          count === 0
            ? "The server has no flows yet. Make one in Flowise, or paste an id."
            : `The server has ${counted(count, "flow")}.`
        }
      />
    </div>
  );
}
