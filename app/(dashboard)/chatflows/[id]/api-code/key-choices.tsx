import { Combobox } from "@mantine/core";
import { IconCheck, IconKey, IconLock, IconWorld } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ApiKeyOption } from "@/lib/api-keys/options";
import { maskToken } from "@/lib/api-keys/schema";
import type { Access } from "./access";
import classes from "./api-code.module.css";

/** A key in a list to choose from. */
export function KeyChoice({ apiKey, isChosen }: { apiKey: ApiKeyOption; isChosen: boolean }) {
  return (
    <Choice value={apiKey.id} isChosen={isChosen} icon={<AccessIcon kind="key" />}>
      <span className={classes.keyName}>{apiKey.name}</span>
      <span className={classes.mask}>{maskToken(apiKey.lastFour, apiKey.tokenSource)}</span>
    </Choice>
  );
}

/** What the list of keys has to say besides the keys. */
export function KeysNote({
  state,
  count,
  search,
}: {
  state: "loading" | "ready" | "failed";
  count: number;
  search: string;
}) {
  if (state === "failed") return <p className={classes.optionsNote}>The keys could not be read. Type to try again.</p>;
  if (state === "loading") return <p className={classes.optionsNote}>Looking for keys…</p>;
  if (count > 0) return null;
  return (
    <p className={classes.optionsNote}>
      {search.trim() === "" ? "There are no keys yet." : `No key’s name contains “${search.trim()}”.`}
    </p>
  );
}

export function AccessIcon({ kind }: { kind: Access["kind"] }) {
  const Icon = { closed: IconLock, key: IconKey, public: IconWorld }[kind];
  return <Icon size={16} stroke={1.7} aria-hidden="true" />;
}

export function Choice(props: { value: string; isChosen: boolean; icon: ReactNode; children: ReactNode }) {
  return (
    <Combobox.Option value={props.value} active={props.isChosen}>
      <span className={classes.choice}>
        {props.icon}
        {props.children}
        {props.isChosen && <IconCheck size={16} className={classes.check} aria-hidden="true" />}
      </span>
    </Combobox.Option>
  );
}
