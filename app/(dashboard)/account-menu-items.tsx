"use client";

import { type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconLogout } from "@tabler/icons-react";
import { unstable_rethrow } from "next/navigation";
import type { TransitionStartFunction } from "react";
import { LoadedMenu } from "@/components/loaded-menu";
import { noAnswer, sayFailure } from "@/components/no-answer";
import { failureToast } from "@/components/toast";
import type { MenuHandle } from "@/components/use-lazy-menu";
import { leaveBy } from "@/components/use-leave-guard";
import type { ActionResult } from "@/lib/auth/action";
import { signOutAction, signOutEverywhereAction } from "./actions";
import classes from "./shell.module.css";

const schemes = [
  { value: "auto", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

const unanswered = noAnswer("Flowlatch could not be reached. Check your connection and sign out again.");

export function AccountMenuItems({
  menu,
  startTransition,
}: {
  menu: MenuHandle;
  startTransition: TransitionStartFunction;
}) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  function signOut(end: () => Promise<ActionResult<unknown>>) {
    const go = () =>
      startTransition(async () => {
        const result = await end().catch((thrown) => {
          // Where it worked, it leads away by throwing.
          unstable_rethrow(thrown);
          return unanswered(thrown);
        });
        if (!result.ok) failureToast(sayFailure("You are still signed in", result.error));
      });
    leaveBy(go);
  }

  return (
    <LoadedMenu menu={menu} position="top-start" width={224}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu */}
      <div role="group" aria-label="Appearance">
        <Menu.Label aria-hidden="true">Appearance</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {schemes.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value} checkIcon={<IconCheck size={15} aria-hidden="true" />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </div>
      <Menu.Divider />
      <Menu.Item
        leftSection={<IconLogout size={16} stroke={1.6} aria-hidden="true" />}
        onClick={() => signOut(signOutAction)}
      >
        Sign out
      </Menu.Item>
      <Menu.Item leftSection={<span className={classes.menuGap} />} onClick={() => signOut(signOutEverywhereAction)}>
        Sign out everywhere
      </Menu.Item>
    </LoadedMenu>
  );
}
