import type { Metadata } from "next";
import { can } from "@/lib/auth/roles";
import { loadSharing } from "../load";
import { AccessNotice } from "./access-notice";
import { SharingForm } from "./sharing-form";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { chatflow } = await loadSharing((await params).id);
  return { title: `Sharing of ${chatflow.name}` };
}

export default async function SharingPage({ params }: Props) {
  const { ctx, chatflow, settings } = await loadSharing((await params).id);
  return (
    <>
      {chatflow.access !== "public" && <AccessNotice access={chatflow.access} chatflowId={chatflow.id} />}
      <SharingForm
        chatflowId={chatflow.id}
        chatflowName={chatflow.name}
        settings={settings}
        canWrite={can(ctx.actor.role, "chatflows:write")}
      />
    </>
  );
}
