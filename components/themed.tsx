import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { theme } from "@/components/theme";
import { Toasts } from "@/components/toasts";

/** What is made of the component library's parts stands inside this. The shared chat page does without: it is to be light. */
export function Themed({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      {children}
      <Toasts />
    </MantineProvider>
  );
}
