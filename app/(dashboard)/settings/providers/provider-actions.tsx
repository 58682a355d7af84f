"use client";

import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useLazyMenu } from "@/components/use-lazy-menu";
import type { ProviderSummary } from "@/lib/providers/schema";

const load = () => import("./provider-menu").then(({ ProviderMenu }) => ProviderMenu);

/** The button of a row's menu. */
export function ProviderActions({ provider }: { provider: ProviderSummary }) {
  const { button, Menu, menu } = useLazyMenu(load);
  return (
    <>
      <ActionIcon {...button} variant="subtle" color="gray" size={32} aria-label={`Actions for ${provider.name}`}>
        <IconDots size={18} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
      {Menu && <Menu menu={menu} provider={provider} />}
    </>
  );
}
