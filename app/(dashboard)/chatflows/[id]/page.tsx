import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { LinkButton } from "@/components/link-button";
import { PageHeader } from "@/components/page-header";
import { pageContext } from "@/lib/auth/current";
import { can } from "@/lib/auth/roles";
import { getChatflow } from "@/lib/chatflows/read";
import { env, publicUrl } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { listProviderOptions } from "@/lib/providers/options";
import { chatLook } from "@/lib/sharing/chat-look";
import { getSharing } from "@/lib/sharing/service";
import { getMaxKeyLifetime } from "@/lib/workspaces/service";
import { AccessBadge } from "../access-badge";
import { ApiCodeButton } from "./api-code/api-code-button";
import { CopyId } from "./copy-id";
import { DeleteChatflow } from "./delete-chatflow";
import classes from "./detail.module.css";
import { DocumentsPanel } from "./documents-panel";
import { ChatflowEditor } from "./editor/chatflow-editor";

interface Props {
  params: Promise<{ id: string }>;
}

/** The chatflow, how it looks to visitors, and the providers it may be put on, read once a request; another workspace's is as unknown as a deleted one. */
const load = cache(async (id: string) => {
  const ctx = await pageContext();
  try {
    const [chatflow, providers, { sharing }, maxLifetimeDays] = await Promise.all([
      getChatflow(ctx, id),
      listProviderOptions(ctx),
      getSharing(ctx, id),
      getMaxKeyLifetime(ctx),
    ]);
    const chat = chatLook(chatflow.name, sharing);
    return { chatflow, providers, chat, maxLifetimeDays, role: ctx.actor.role, now: ctx.now };
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
  const { chatflow, providers, chat, maxLifetimeDays, role, now } = await load((await params).id);
  const { id, name, slug, access, apiKey, furtherKeys, version, engine, documents } = chatflow;
  const keyCount = furtherKeys.length + (apiKey ? 1 : 0);
  const canWrite = can(role, "chatflows:write");
  return (
    <>
      <PageHeader
        title={name}
        description={
          <span className={classes.facts}>
            <AccessBadge access={access} apiKey={apiKey} furtherKeys={furtherKeys} />
            <span>{keyCount > 1 ? "Only the holders of these keys can call it." : accessMeans[access]}</span>
            <CopyId id={id} />
          </span>
        }
      >
        {can(role, "sessions:read") && <LinkButton href={`/chatflows/${id}/sessions`}>Conversations</LinkButton>}
        <LinkButton href={`/chatflows/${id}/sharing`}>Sharing</LinkButton>
        <ApiCodeButton
          chatflow={{ id, name, slug, access, apiKey, furtherKeys }}
          chat={chat}
          baseUrl={publicUrl()}
          canChange={canWrite}
          maxLifetimeDays={maxLifetimeDays}
        />
      </PageHeader>
      <ChatflowEditor
        // What is typed belongs to this chatflow alone.
        key={id}
        chatflow={{ id, name, version, engine }}
        providers={providers}
        canAddProvider={can(role, "providers:write")}
        canWrite={canWrite}
        maxBodyBytes={env().FLOWLATCH_MAX_BODY_BYTES}
      >
        {(engine.kind !== "flowise" || documents.length > 0) && (
          <DocumentsPanel
            chatflowId={id}
            engineKind={engine.kind}
            documents={documents}
            canWrite={canWrite}
            now={now}
          />
        )}
        {canWrite && <DeleteChatflow id={id} name={name} documentCount={documents.length} keyName={apiKey?.name} />}
      </ChatflowEditor>
    </>
  );
}
