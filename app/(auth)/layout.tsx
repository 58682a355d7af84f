import type { ReactNode } from "react";
import { CardPage } from "@/components/card-page";
import { Themed } from "@/components/themed";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <Themed>
      <CardPage width={400}>{children}</CardPage>
    </Themed>
  );
}
