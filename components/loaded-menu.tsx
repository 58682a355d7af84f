"use client";

import { Menu, type MenuProps } from "@mantine/core";
import { type ReactNode, type Ref, useLayoutEffect, useRef } from "react";
import type { MenuHandle } from "@/components/use-lazy-menu";

interface Props extends Pick<MenuProps, "position" | "width"> {
  menu: MenuHandle;
  children: ReactNode;
}

/**
 * The menu of a button that `useLazyMenu` made. It stays beside its button in the document, so that
 * it is in the same landmark, and the first item takes the focus when it opens.
 */
export function LoadedMenu({ menu, children, ...props }: Props) {
  const dropdown = useRef<HTMLDivElement>(null);

  // Mantine's own way back knows only menus that were closed when they were mounted.
  function change(opened: boolean) {
    const hasFocus = dropdown.current?.contains(document.activeElement);
    menu.onChange(opened);
    if (!opened && hasFocus) menu.target?.focus({ preventScroll: true });
  }

  return (
    <Menu
      {...props}
      id={menu.id}
      opened={menu.opened}
      onChange={change}
      returnFocus={false}
      withinPortal={false}
      floatingStrategy="fixed"
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Existing element={menu.target} />
      </Menu.Target>
      <Menu.Dropdown ref={dropdown}>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** Hands a button that is already on the page to the menu as its anchor. */
function Existing({ element, ref }: { element: HTMLElement | null; ref?: Ref<HTMLElement> }) {
  useLayoutEffect(() => {
    if (typeof ref === "function") ref(element);
    else if (ref) ref.current = element;
  }, [element, ref]);
  return null;
}
