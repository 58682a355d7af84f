"use client";

import { Menu } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { LoadedMenu } from "@/components/loaded-menu";
import type { MenuHandle } from "@/components/use-lazy-menu";
import type { ProviderSummary } from "@/lib/providers/schema";
import { useOpenProviderDialog } from "./provider-dialogs-provider";

const iconProps = { size: 16, stroke: 1.6, "aria-hidden": true } as const;

/** What can be done with a provider. */
export function ProviderMenu({ menu, provider }: { menu: MenuHandle; provider: ProviderSummary }) {
  const open = useOpenProviderDialog();
  const opens = (kind: "edit" | "delete") => () => open({ kind, provider, opener: menu.target });

  return (
    <LoadedMenu menu={menu} position="bottom-end" width={160}>
      <Menu.Item leftSection={<IconPencil {...iconProps} />} onClick={opens("edit")}>
        Edit
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item
        leftSection={<IconTrash {...iconProps} />}
        style={{ color: "var(--danger-text)" }}
        onClick={opens("delete")}
      >
        Delete
      </Menu.Item>
    </LoadedMenu>
  );
}
