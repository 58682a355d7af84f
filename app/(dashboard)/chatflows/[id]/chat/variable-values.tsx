import { TextInput } from "@mantine/core";
import type { VariableDraft } from "../editor/draft";
import classes from "./chat.module.css";

interface Props {
  variables: VariableDraft[];
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
}

/** What a caller would send as `overrideConfig.vars`. What is left empty has its default. */
export function VariableValues({ variables, values, onChange }: Props) {
  const named = variables.filter(({ name }) => name.trim() !== "");
  if (named.length === 0) return null;
  function set(name: string, value: string) {
    const { [name]: _, ...rest } = values;
    onChange(value === "" ? rest : { ...rest, [name]: value });
  }
  return (
    <details className={classes.variables}>
      <summary>Variables of this conversation</summary>
      <div className={classes.variableFields}>
        {named.map((variable) => (
          <TextInput
            key={variable.id}
            size="xs"
            label={variable.name}
            placeholder={variable.default || "Empty"}
            maxLength={4_000}
            autoComplete="off"
            value={values[variable.name.trim()] ?? ""}
            onChange={(event) => set(variable.name.trim(), event.currentTarget.value)}
          />
        ))}
      </div>
    </details>
  );
}
