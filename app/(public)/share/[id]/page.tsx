import type { Metadata } from "next";
import { BrandMark } from "@/components/brand";
import { OpenShare } from "./open-share";
import classes from "./share.module.css";

export const metadata: Metadata = { title: "An API key for you", referrer: "no-referrer" };

/** The same for every link, whether there is something to open or not: link previews fetch it, and burn nothing. */
export default async function SharePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <main className={classes.frame}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <BrandMark size={30} />
        </div>
        <OpenShare id={id} />
      </div>
    </main>
  );
}
