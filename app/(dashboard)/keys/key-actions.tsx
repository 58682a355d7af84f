"use client";

import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCopy, IconDots, IconPencil, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useRef } from "react";
import { copyText } from "@/components/copy-text";
import type { ApiKeySummary } from "@/lib/api-keys/schema";
import { useOpenKeyDialog } from "./key-dialogs-provider";

const iconProps = { size: 16, stroke: 1.6, "aria-hidden": true } as const;

async function copyKeyId(id: string) {
  const isCopied = await copyText(id);
  notifications.show(
    isCopied
      ? { title: "Key ID copied", message: id }
      : { color: "red", title: "Your browser did not allow copying", message: `The key ID is ${id}` },
  );
}

/** A row's menu. Viewers get what changes nothing. */
export function KeyActions({ apiKey, canWrite }: { apiKey: ApiKeySummary; canWrite: boolean }) {
  const open = useOpenKeyDialog();
  const openerRef = useRef<HTMLButtonElement>(null);
  const opens = (kind: "rename" | "regenerate" | "delete") => () => open({ kind, apiKey, opener: openerRef.current });

  return (
    <Menu position="bottom-end" width={184}>
      <Menu.Target>
        <ActionIcon ref={openerRef} variant="subtle" color="gray" size={32} aria-label={`Actions for ${apiKey.name}`}>
          <IconDots size={18} stroke={1.7} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
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
      </Menu.Dropdown>
    </Menu>
  );
}
