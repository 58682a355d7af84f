"use client";

import { Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSelector, IconSun } from "@tabler/icons-react";
import { useTransition } from "react";
import type { Role } from "@/lib/auth/roles";
import { signOutAction, signOutEverywhereAction } from "./actions";
import classes from "./shell.module.css";

const schemes = [
  { value: "auto", label: "System", Icon: IconDeviceDesktop },
  { value: "light", label: "Light", Icon: IconSun },
  { value: "dark", label: "Dark", Icon: IconMoon },
] as const;

export function AccountMenu({ name, role }: { name: string; role: Role }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [isPending, startTransition] = useTransition();

  function signOutEverywhere() {
    startTransition(async () => {
      const result = await signOutEverywhereAction();
      if (result && !result.ok) {
        notifications.show({ color: "red", title: "You are still signed in", message: result.error.message });
      }
    });
  }

  return (
    <Menu position="top-start" width={224} withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.account} disabled={isPending}>
          <VisuallyHidden>Account menu, {name}</VisuallyHidden>
          <span className={classes.avatar} aria-hidden="true">
            {[...name][0]?.toUpperCase()}
          </span>
          <span className={classes.accountText}>
            <span className={classes.accountName}>{name}</span>
            <span className={classes.accountRole}>{role.charAt(0).toUpperCase() + role.slice(1)}</span>
          </span>
          <IconSelector size={15} stroke={1.6} className={classes.accountIcon} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ value, label, Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={16} stroke={1.6} aria-hidden="true" />}
            rightSection={colorScheme === value && <IconCheck size={15} aria-hidden="true" />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.6} aria-hidden="true" />}
          onClick={() => startTransition(signOutAction)}
        >
          Sign out
        </Menu.Item>
        <Menu.Item leftSection={<span className={classes.menuGap} />} onClick={signOutEverywhere}>
          Sign out everywhere
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
