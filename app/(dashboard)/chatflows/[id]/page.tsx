import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { getChatflow } from "@/lib/chatflows/read";
import { publicUrl } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { AccessBadge } from "../access-badge";
import { ApiCodeButton } from "./api-code/api-code-button";
import { ChatPanel } from "./chat/chat-panel";
import { CopyId } from "./copy-id";
import { DeleteChatflow } from "./delete-chatflow";
import classes from "./detail.module.css";
import { DocumentsPanel } from "./documents-panel";
import { SettingsForm } from "./settings-form";

interface Props {
  params: Promise<{ id: string }>;
}

/** The chatflow, read once a request; another workspace's is as unknown as a deleted one. */
const load = cache(async (id: string) => {
  const ctx = await pageContext();
  try {
    return { chatflow: await getChatflow(ctx, id), role: ctx.actor.role };
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { chatflow } = await load((await params).id);
  return { title: chatflow.name };
}

const accessMeans = {
  closed: "Nobody can call it yet.",
  key: "Only the holder of this key can call it.",
  public: "Anybody who knows its address can call it.",
};

export default async function ChatflowPage({ params }: Props) {
  const { chatflow, role } = await load((await params).id);
  const { id, name, access, apiKey, version, engine, documents } = chatflow;
  const canWrite = can(role, "chatflows:write");
  return (
    <>
      <PageHeader
        title={name}
        description={
          <span className={classes.facts}>
            <AccessBadge access={access} apiKey={apiKey} />
            <span>{accessMeans[access]}</span>
            <CopyId id={id} />
          </span>
        }
      >
        <ApiCodeButton chatflow={{ id, name, access, apiKey }} baseUrl={publicUrl()} canChange={canWrite} />
      </PageHeader>
      <div className={classes.columns}>
        <div className={classes.try}>
          <ChatPanel chatflowId={id} memoryTurns={engine.memoryTurns} />
        </div>
        <div className={classes.column}>
          <SettingsForm chatflow={{ id, name, version, engine }} canWrite={canWrite} />
          <DocumentsPanel chatflowId={id} documents={documents} canWrite={canWrite} />
          {canWrite && <DeleteChatflow id={id} name={name} documentCount={documents.length} keyName={apiKey?.name} />}
        </div>
      </div>
    </>
  );
}
