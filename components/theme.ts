"use client";

import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Bottle green: calm, and not the library's blue. Shade 7 on white has a contrast of 5.6. */
const latch: MantineColorsTuple = [
  "#effaf6",
  "#dcf2ea",
  "#b6e3d3",
  "#8ad2bb",
  "#5fbea2",
  "#37a687",
  "#1c8a6f",
  "#106e58",
  "#0b5848",
  "#08463a",
];

/** Neutrals with a trace of the green, so that surfaces and accents belong together. */
const gray: MantineColorsTuple = [
  "#f7f8f7",
  "#eff1f0",
  "#e4e7e5",
  "#d3d8d5",
  "#b4bcb8",
  "#8b9590",
  "#646e69",
  "#47504c",
  "#2c3330",
  "#171c1a",
];

const dark: MantineColorsTuple = [
  "#e3e8e5",
  "#b7c0bb",
  "#949f99",
  "#5b6660",
  "#39423e",
  "#2a322e",
  "#1d2421",
  "#131816",
  "#0e1210",
  "#090c0b",
];

const red: MantineColorsTuple = [
  "#fdf2f1",
  "#fae1df",
  "#f3c1bd",
  "#ea9b95",
  "#e07770",
  "#d3574f",
  "#c0392f",
  "#a32c24",
  "#85241d",
  "#6b1e19",
];

export const theme = createTheme({
  colors: { latch, gray, dark, red },
  primaryColor: "latch",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: false,
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  fontFamily: "var(--font-geist-sans), system-ui, sans-serif",
  fontFamilyMonospace: "var(--font-geist-mono), ui-monospace, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontFamily: "var(--font-geist-sans), system-ui, sans-serif",
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.75rem" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.5rem" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.375rem" },
    },
  },
  shadows: {
    xs: "0 1px 2px rgb(9 12 11 / 6%)",
    sm: "0 1px 2px rgb(9 12 11 / 6%), 0 2px 6px rgb(9 12 11 / 4%)",
    md: "0 2px 4px rgb(9 12 11 / 6%), 0 8px 24px rgb(9 12 11 / 8%)",
    xl: "0 4px 8px rgb(9 12 11 / 6%), 0 24px 64px rgb(9 12 11 / 18%)",
  },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    // A label may hold a name of one long word.
    InputWrapper: { styles: { label: { overflowWrap: "anywhere" } } },
    Alert: { styles: { icon: { width: 18, marginInlineEnd: 10 } } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: "lg",
        padding: "lg",
        shadow: "xl",
        overlayProps: { backgroundOpacity: 0.4 },
        transitionProps: { transition: "pop", duration: 120 },
        closeButtonProps: { "aria-label": "Close" },
      },
      styles: {
        // In the dark a shadow alone does not set it off from the page.
        content: { border: "1px solid var(--border)" },
        title: { fontSize: "var(--mantine-h2-font-size)", fontWeight: 600 },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } },
    Menu: { defaultProps: { shadow: "md", radius: "md", transitionProps: { duration: 80 } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false } },
  },
});
