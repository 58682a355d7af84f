import type { ReactNode } from "react";
import { BrandMark } from "@/components/brand";
import { Themed } from "@/components/themed";
import classes from "./auth.module.css";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <Themed>
      <main className={classes.frame}>
        <div className={classes.card}>
          <div className={classes.brand}>
            <BrandMark size={30} />
          </div>
          {children}
        </div>
      </main>
    </Themed>
  );
}
