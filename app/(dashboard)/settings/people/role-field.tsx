import { NativeSelect } from "@mantine/core";
import { type Role, roles } from "@/lib/auth/roles";
import { roleDescriptions } from "./wording";

interface Props {
  role: Role;
  /** Whether owners may be made. */
  offersOwner: boolean;
  error?: string | undefined;
  onChange: (role: Role) => void;
}

/** A role, with what it may do below it. */
export function RoleField({ role, offersOwner, error, onChange }: Props) {
  const offered = roles.filter((each) => each !== "owner" || offersOwner);
  return (
    <NativeSelect
      name="role"
      label="Role"
      description={roleDescriptions[role].text}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={offered.map((value) => ({ value, label: roleDescriptions[value].label }))}
      value={role}
      error={error && <span role="alert">{error}</span>}
      onChange={(event) => onChange(event.currentTarget.value as Role)}
    />
  );
}
