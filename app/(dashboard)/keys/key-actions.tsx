"use client";

import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useLazyMenu } from "@/components/use-lazy-menu";
import type { ApiKeySummary } from "@/lib/api-keys/schema";

const load = () => import("./key-menu").then(({ KeyMenu }) => KeyMenu);

/** The button of a row's menu. */
export function KeyActions({ apiKey, canWrite }: { apiKey: ApiKeySummary; canWrite: boolean }) {
  const { button, Menu, menu } = useLazyMenu(load);
  return (
    <>
      <ActionIcon {...button} variant="subtle" color="gray" size={32} aria-label={`Actions for ${apiKey.name}`}>
        <IconDots size={18} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
      {Menu && <Menu menu={menu} apiKey={apiKey} canWrite={canWrite} />}
    </>
  );
}
