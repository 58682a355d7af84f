"use client";

import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useLazyMenu } from "@/components/use-lazy-menu";
import type { UserSummary } from "@/lib/auth/schema";

const load = () => import("./person-menu").then(({ PersonMenu }) => PersonMenu);

/** The button of a row's menu. */
export function PersonActions(props: { person: UserSummary; isSelf: boolean; byOwner: boolean }) {
  const { button, Menu, menu } = useLazyMenu(load);
  return (
    <>
      <ActionIcon {...button} variant="subtle" color="gray" size={32} aria-label={`Actions for ${props.person.name}`}>
        <IconDots size={18} stroke={1.7} aria-hidden="true" />
      </ActionIcon>
      {Menu && <Menu menu={menu} {...props} />}
    </>
  );
}
