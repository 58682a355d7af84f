"use client";

import { useLayoutEffect } from "react";

const attribute = "data-mantine-color-scheme";

/**
 * Light or dark as the visitor's system has it, also when that changes; an operator's own choice in
 * the dashboard stays. Of a page that was not found the browser makes the document itself, and would
 * forget what the layout's script has set.
 */
export function SystemColorScheme() {
  useLayoutEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const chosen = chosenScheme();
    const follow = () => {
      document.documentElement.setAttribute(attribute, chosen ?? (dark.matches ? "dark" : "light"));
    };
    follow();
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, []);
  return null;
}

/** What was chosen in the dashboard, in this browser. */
function chosenScheme(): "light" | "dark" | null {
  try {
    const chosen = localStorage.getItem("mantine-color-scheme-value");
    return chosen === "light" || chosen === "dark" ? chosen : null;
  } catch {
    return null;
  }
}
