import type { Metadata } from "next";
import { CardPage } from "@/components/card-page";
import { OpenShare } from "./open-share";

export const metadata: Metadata = { title: "An API key for you", referrer: "no-referrer" };

/** The same for every link, whether there is something to open or not: link previews fetch it, and burn nothing. */
export default async function SharePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <CardPage width={520}>
      <OpenShare id={id} />
    </CardPage>
  );
}
