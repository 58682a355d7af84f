"use client";

import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconSelector } from "@tabler/icons-react";
import { useTransition } from "react";
import { useLazyMenu } from "@/components/use-lazy-menu";
import type { Role } from "@/lib/auth/roles";
import classes from "./shell.module.css";

const load = () => import("./account-menu-items").then(({ AccountMenuItems }) => AccountMenuItems);

export function AccountMenu({ name, role }: { name: string; role: Role }) {
  const [isPending, startTransition] = useTransition();
  const { button, Menu, menu } = useLazyMenu(load);
  return (
    <>
      <UnstyledButton {...button} className={classes.account} disabled={isPending}>
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
      {Menu && <Menu menu={menu} startTransition={startTransition} />}
    </>
  );
}
