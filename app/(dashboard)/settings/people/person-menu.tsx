"use client";

import { Menu } from "@mantine/core";
import { IconLink, IconUserCog, IconUserMinus } from "@tabler/icons-react";
import { LoadedMenu } from "@/components/loaded-menu";
import type { MenuHandle } from "@/components/use-lazy-menu";
import type { UserSummary } from "@/lib/auth/schema";
import { useOpenPeopleDialog } from "./people-dialogs-provider";

const iconProps = { size: 16, stroke: 1.6, "aria-hidden": true } as const;

interface Props {
  menu: MenuHandle;
  person: UserSummary;
  isSelf: boolean;
  byOwner: boolean;
}

/** What can be done with somebody; with oneself, less. */
export function PersonMenu({ menu, person, isSelf, byOwner }: Props) {
  const open = useOpenPeopleDialog();
  const opener = menu.target;
  return (
    <LoadedMenu menu={menu} position="bottom-end" width={200}>
      {!isSelf && (
        <Menu.Item
          leftSection={<IconUserCog {...iconProps} />}
          onClick={() => open({ kind: "role", person, byOwner, opener })}
        >
          Change role
        </Menu.Item>
      )}
      <Menu.Item leftSection={<IconLink {...iconProps} />} onClick={() => open({ kind: "link", person, opener })}>
        {person.isInvited ? "New invitation link" : "New password link"}
      </Menu.Item>
      {!isSelf && <Menu.Divider />}
      {!isSelf && (
        <Menu.Item
          leftSection={<IconUserMinus {...iconProps} />}
          style={{ color: "var(--danger-text)" }}
          onClick={() => open({ kind: "remove", person, opener })}
        >
          Remove
        </Menu.Item>
      )}
    </LoadedMenu>
  );
}
