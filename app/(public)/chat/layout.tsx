import type { ReactNode } from "react";
import { SystemColorScheme } from "./system-color-scheme";

export default function ChatLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SystemColorScheme />
      {children}
    </>
  );
}
