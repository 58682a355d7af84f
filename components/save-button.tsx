"use client";

import { Button, type ButtonProps } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useFocusAfter } from "./use-focus-after";

interface Props extends Pick<ButtonProps, "color" | "disabled"> {
  isPending: boolean;
  /** The id of what has the focus once all is saved and the button gone. */
  next: string;
  children: string;
}

/** Saves a form that shows it as long as there is something to save. The focus is not lost with it, nor by its work. */
export function SaveButton({ isPending, next, children, ...props }: Props) {
  const ref = useRef<HTMLButtonElement>(null);
  useFocusAfter(next);

  // A button at work is disabled, and lets go of the focus. What is wrong is where one goes on.
  useEffect(() => {
    const button = ref.current;
    if (!isPending || !button) return;
    return () => {
      if (document.activeElement !== document.body) return;
      (button.form?.querySelector<HTMLElement>("[aria-invalid=true]") ?? button).focus();
    };
  }, [isPending]);

  return (
    <Button ref={ref} type="submit" loading={isPending} {...props}>
      {children}
    </Button>
  );
}
