import type { Metadata } from "next";
import { cache } from "react";
import { BackLink } from "@/components/back-link";
import { LinkButton } from "@/components/link-button";
import { PageHeader } from "@/components/page-header";
import { RelativeTime } from "@/components/relative-time";
import { getConversation } from "@/lib/sessions/read";
import { counted, questionText } from "../../../wording";
import { loadChatflow, orNotFound } from "../load";
import { CallerName, NotYours } from "../parts";
import classes from "../sessions.module.css";
import { DeleteConversation } from "./delete-conversation";
import { Turn } from "./turn";

interface Props {
  params: Promise<{ id: string; turnId: string }>;
  searchParams: Promise<{ before?: string }>;
}

const load = cache(async (id: string, turnId: string, before?: string) => {
  const { ctx, chatflow, canRead } = await loadChatflow(id);
  if (!canRead) return { ctx, chatflow, conversation: null };
  const input = { chatflowId: id, turnId, ...(before !== undefined && { before }) };
  return { ctx, chatflow, conversation: await orNotFound(getConversation(ctx, input)) };
});

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { id, turnId } = await params;
  const { conversation } = await load(id, turnId, (await searchParams).before);
  return { title: conversation ? questionText(conversation.title).slice(0, 80) : "Conversation" };
}

export default async function ConversationPage({ params, searchParams }: Props) {
  const { id, turnId } = await params;
  const { before } = await searchParams;
  const { ctx, chatflow, conversation } = await load(id, turnId, before);
  if (!conversation) return <NotYours chatflowId={id} />;
  const { title, sessionId, caller, turnCount, startedAt, lastAt, turns, earlier } = conversation;
  const path = `/chatflows/${id}/sessions`;
  return (
    <>
      <BackLink href={path}>{`Conversations of ${chatflow.name}`}</BackLink>
      <PageHeader
        title={questionText(title)}
        description={
          <span className={classes.facts}>
            <span>
              <CallerName caller={caller} />
            </span>
            <span>{counted(turnCount, "turn")}</span>
            <span>
              Started <RelativeTime date={startedAt} now={ctx.now} />, last turn{" "}
              <RelativeTime date={lastAt} now={ctx.now} />
            </span>
            <span>
              Session ID <code className={classes.sessionIdWhole}>{sessionId}</code>
            </span>
          </span>
        }
      >
        <DeleteConversation chatflowId={id} turnId={turnId} sessionId={sessionId} turnCount={turnCount} />
      </PageHeader>
      {earlier && (
        <p className={classes.more}>
          <LinkButton href={`${path}/${turnId}?${new URLSearchParams({ before: earlier })}`}>Earlier turns</LinkButton>
        </p>
      )}
      <div className={classes.turns}>
        {turns.map((turn) => (
          <Turn key={turn.id} turn={turn} chatflowId={id} now={ctx.now} />
        ))}
      </div>
      {before && (
        <p className={classes.more}>
          <LinkButton href={`${path}/${turnId}`}>Latest turns</LinkButton>
        </p>
      )}
    </>
  );
}
