import type { ReactNode } from "react";
import { Themed } from "@/components/themed";

export default function ShareLayout({ children }: { children: ReactNode }) {
  return <Themed>{children}</Themed>;
}
