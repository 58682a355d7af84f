import { NumberInput, type NumberInputProps } from "@mantine/core";

type Props = Omit<NumberInputProps, "onChange"> & {
  onChange: (value: number | string) => void;
};

/** A number that is checked when it is saved, and not bent to its limits while one types. */
export function NumberField({ readOnly = false, ...props }: Props) {
  return <NumberInput {...props} readOnly={readOnly} hideControls={readOnly} clampBehavior="none" />;
}
