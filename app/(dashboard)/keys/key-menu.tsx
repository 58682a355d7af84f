"use client";

import { Menu } from "@mantine/core";
import { IconCopy, IconPencil, IconRefresh, IconTrash } from "@tabler/icons-react";
import { copyText } from "@/components/copy-text";
import { LoadedMenu } from "@/components/loaded-menu";
import { failureToast, toast } from "@/components/toast";
import type { MenuHandle } from "@/components/use-lazy-menu";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { useOpenKeyDialog } from "./key-dialogs-provider";

const iconProps = { size: 16, stroke: 1.6, "aria-hidden": true } as const;

async function copyKeyId(id: string) {
  if (await copyText(id)) toast({ title: "Key ID copied", message: id });
  else failureToast({ title: "Your browser did not allow copying", message: `The key ID is ${id}` });
}

interface Props {
  menu: MenuHandle;
  apiKey: ApiKeySummary;
  canWrite: boolean;
}

/** What can be done with a key. Viewers get what changes nothing. */
export function KeyMenu({ menu, apiKey, canWrite }: Props) {
  const open = useOpenKeyDialog();
  const opens = (kind: "rename" | "regenerate" | "delete") => () => open({ kind, apiKey, opener: menu.target });

  return (
    <LoadedMenu menu={menu} position="bottom-end" width={184}>
      {canWrite && (
        <>
          <Menu.Item leftSection={<IconPencil {...iconProps} />} onClick={opens("rename")}>
            Rename
          </Menu.Item>
          <Menu.Item leftSection={<IconRefresh {...iconProps} />} onClick={opens("regenerate")}>
            Regenerate
          </Menu.Item>
        </>
      )}
      <Menu.Item leftSection={<IconCopy {...iconProps} />} onClick={() => copyKeyId(apiKey.id)}>
        Copy key ID
      </Menu.Item>
      {canWrite && (
        <>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconTrash {...iconProps} />}
            style={{ color: "var(--danger-text)" }}
            onClick={opens("delete")}
          >
            Delete
          </Menu.Item>
        </>
      )}
    </LoadedMenu>
  );
}
