"use client";

import { Tabs } from "@mantine/core";
import type { AccessKind } from "@/lib/chatflows/schema";
import type { ChatLook } from "@/lib/sharing/chat-look";
import type { SnippetAuth } from "@/lib/snippets/snippet";
import classes from "./api-code.module.css";
import { EmbedWay } from "./embed-way";
import { Samples } from "./samples";
import { ShareWay } from "./share-way";

interface Props {
  baseUrl: string;
  chatflowId: string;
  slug: string;
  chat: ChatLook;
  access: AccessKind;
  question: string;
  auth: SnippetAuth;
  onCopied: () => void;
}

/** The ways to a chatflow: from code, on a website, by a link. */
export function Ways({ access, chat, ...input }: Props) {
  const { baseUrl, chatflowId } = input;
  return (
    <Tabs defaultValue="code" variant="pills" keepMounted={false}>
      <Tabs.List aria-label="Way to use it">
        <Tabs.Tab value="code">Code</Tabs.Tab>
        <Tabs.Tab value="embed">Embed</Tabs.Tab>
        <Tabs.Tab value="share">Share</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="code" className={classes.way}>
        <Samples {...input} />
      </Tabs.Panel>
      <Tabs.Panel value="embed" className={classes.way}>
        <EmbedWay baseUrl={baseUrl} chatflowId={chatflowId} chat={chat} access={access} />
      </Tabs.Panel>
      <Tabs.Panel value="share" className={classes.way}>
        <ShareWay baseUrl={baseUrl} chatflowId={chatflowId} access={access} />
      </Tabs.Panel>
    </Tabs>
  );
}
