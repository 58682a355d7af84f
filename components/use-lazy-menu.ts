"use client";

import { type ComponentType, type KeyboardEvent, useId, useRef, useState } from "react";
import { failureToast } from "@/components/toast";
import { partUnreachable } from "@/components/use-lazy-part";

/** What a menu needs to know of the button that opens it. */
export interface MenuHandle {
  id: string;
  target: HTMLButtonElement | null;
  opened: boolean;
  onChange: (opened: boolean) => void;
}

/**
 * A menu whose code is fetched when somebody reaches for its button, by pointer or by keyboard: most
 * visits open none. The button itself stays the same element throughout, so neither a click nor the
 * focus is lost while the code arrives.
 *
 * @param load imports the menu, which draws itself with `LoadedMenu`
 * @returns `button`: props of the button; `Menu`: the menu once it is there; `menu`: its handle
 */
export function useLazyMenu<Props extends { menu: MenuHandle }>(load: () => Promise<ComponentType<Props>>) {
  const id = useId();
  const ref = useRef<HTMLButtonElement>(null);
  const [loaded, setLoaded] = useState<{ Menu: ComponentType<Props>; target: HTMLButtonElement | null } | null>(null);
  const [opened, setOpened] = useState(false);

  async function fetchMenu() {
    if (loaded) return;
    const Menu = await load();
    setLoaded({ Menu, target: ref.current });
  }

  async function open() {
    try {
      await fetchMenu();
      setOpened(true);
    } catch {
      failureToast({ title: "The menu could not be opened", message: partUnreachable });
    }
  }

  const prefetch = () => void fetchMenu().catch(() => {});
  const button = {
    ref,
    id: `${id}-target`,
    "aria-haspopup": "menu",
    "aria-expanded": opened,
    "aria-controls": opened ? `${id}-dropdown` : undefined,
    onPointerEnter: prefetch,
    onFocus: prefetch,
    onClick: () => (opened ? setOpened(false) : open()),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      open();
    },
  } as const;
  return {
    button,
    Menu: loaded?.Menu ?? null,
    menu: { id, target: loaded?.target ?? null, opened, onChange: setOpened } satisfies MenuHandle,
  };
}
