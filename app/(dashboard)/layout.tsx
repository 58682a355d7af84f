import type { ReactNode } from "react";
import { Themed } from "@/components/themed";
import { pageContext } from "@/lib/auth/current";
import { Shell } from "./shell";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const { actor } = await pageContext();
  return (
    <Themed>
      <Shell name={actor.name} role={actor.role}>
        {children}
      </Shell>
    </Themed>
  );
}
