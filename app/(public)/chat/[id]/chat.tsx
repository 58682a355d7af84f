"use client";

import { type CSSProperties, useCallback, useEffect, useRef, useState } from "react";
import { preloadMarkdown } from "@/components/chat/answer";
import { useFollowing } from "@/components/chat/use-following";
import type { SharedChat } from "@/lib/sharing/shared-chat";
import classes from "./chat.module.css";
import { Composer } from "./composer";
import { LeadForm } from "./lead-form";
import { Message } from "./message";
import { post } from "./post";
import type { Exchange, Rating } from "./stored";
import { useConversation } from "./use-conversation";
import { Welcome } from "./welcome";

/** The shared page of a chatflow. Without the component library: it is loaded by people on phones. */
export function Chat({ chat }: { chat: SharedChat }) {
  const conversation = useConversation(chat.id);
  const { exchanges, isStreaming, ask, retry, stop, restart, noteRating } = conversation;
  const isAsking = chat.lead !== null && !conversation.isKnown && exchanges.length === 0;
  const input = useRef<HTMLTextAreaElement>(null);
  const [thanks, setThanks] = useState("");
  const scroll = useFollowing();

  useEffect(() => {
    // On a phone the keyboard would cover half of what one has not read yet.
    if (!isAsking && matchMedia("(pointer: fine)").matches) input.current?.focus();
  }, [isAsking]);

  function send(question: string) {
    preloadMarkdown();
    scroll.follow();
    ask(question);
  }

  const rate = useCallback(
    async (exchange: Exchange, rating: Rating, content: string) => {
      const { messageId } = exchange;
      const refusal = await post(`/api/v1/feedback/${chat.id}`, { messageId, rating, content });
      if (refusal === null) noteRating(exchange.id, rating);
      return refusal;
    },
    [chat.id, noteRating],
  );

  function given() {
    conversation.becomeKnown();
    setThanks(chat.lead?.thanks ?? "");
  }

  const colours = { "--accent": chat.colour, "--on-accent": chat.textColour } as CSSProperties;
  return (
    <main
      className={classes.page}
      style={colours}
      onKeyDown={(event) => {
        if (event.key === "Escape" && isStreaming) stop();
      }}
    >
      <header className={classes.head}>
        <Avatar chat={chat} />
        <h1 className={classes.title}>{chat.title}</h1>
        {exchanges.length > 0 && (
          <button
            type="button"
            className={classes.button}
            onClick={() => {
              restart();
              input.current?.focus();
            }}
          >
            New chat
          </button>
        )}
      </header>
      <div
        ref={scroll.log}
        className={classes.log}
        role="log"
        aria-label="Conversation"
        aria-busy={isStreaming}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard.
        tabIndex={0}
        onScroll={scroll.onScroll}
      >
        <div ref={scroll.content} className={classes.column}>
          <Welcome
            chat={chat}
            thanks={exchanges.length === 0 ? thanks : ""}
            hasStarters={exchanges.length === 0 && !isAsking}
            onAsk={send}
          />
          {isAsking && chat.lead && (
            <LeadForm chatflowId={chat.id} chatId={conversation.chatId} request={chat.lead} onGiven={given} />
          )}
          {exchanges.map((exchange, index) => (
            <Message
              key={exchange.id}
              exchange={exchange}
              onRetry={index === exchanges.length - 1 ? retry : null}
              onRate={chat.hasFeedback ? rate : null}
            />
          ))}
        </div>
      </div>
      <div className={classes.foot}>
        <div className={classes.column}>
          {!isAsking && <Composer input={input} isStreaming={isStreaming} onSend={send} onStop={stop} />}
          <noscript>
            <p className={classes.note}>This chat needs JavaScript.</p>
          </noscript>
        </div>
      </div>
    </main>
  );
}

/** The chat's picture, or the first letter of its title. */
function Avatar({ chat: { avatarUrl, title } }: { chat: SharedChat }) {
  if (!avatarUrl) {
    return (
      <span className={classes.avatar} aria-hidden="true">
        {[...title][0]?.toUpperCase()}
      </span>
    );
  }
  // biome-ignore lint/performance/noImgElement: it stays where it is; Next's loader would fetch it for the visitor.
  return <img className={classes.avatar} src={avatarUrl} alt="" width={32} height={32} referrerPolicy="no-referrer" />;
}
