import type { ReactNode } from "react";
import { BackLink } from "@/components/back-link";
import { LinkButton } from "@/components/link-button";
import { PageHeader } from "@/components/page-header";
import { loadChatflow } from "../sessions/load";
import { SharingTabs } from "./sharing-tabs";

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export default async function SharingLayout({ params, children }: Props) {
  const { chatflow, canRead } = await loadChatflow((await params).id);
  const { id, name, access } = chatflow;
  return (
    <>
      <BackLink href={`/chatflows/${id}`}>{name}</BackLink>
      <PageHeader
        title="Sharing"
        description="How visitors see this chatflow on its shared page and on websites, and what they left."
      >
        {access === "public" && <LinkButton href={`/chat/${id}`}>Open shared page</LinkButton>}
      </PageHeader>
      <SharingTabs chatflowId={id} canRead={canRead} />
      {children}
    </>
  );
}
