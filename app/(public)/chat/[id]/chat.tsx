"use client";

import { type CSSProperties, useEffect, useRef } from "react";
import { preloadMarkdown } from "@/components/chat/answer";
import { useFollowing } from "@/components/chat/use-following";
import type { SharedChat } from "@/lib/sharing/shared-chat";
import classes from "./chat.module.css";
import { Composer } from "./composer";
import { Message } from "./message";
import { useConversation } from "./use-conversation";
import { Welcome } from "./welcome";

/** The shared page of a chatflow. Without the component library: it is loaded by people on phones. */
export function Chat({ chat }: { chat: SharedChat }) {
  const { exchanges, isStreaming, ask, retry, stop, restart } = useConversation(chat.id);
  const input = useRef<HTMLTextAreaElement>(null);
  const scroll = useFollowing();

  useEffect(() => {
    // On a phone the keyboard would cover half of what one has not read yet.
    if (matchMedia("(pointer: fine)").matches) input.current?.focus();
  }, []);

  function send(question: string) {
    preloadMarkdown();
    scroll.follow();
    ask(question);
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
          <Welcome chat={chat} isBegun={exchanges.length > 0} onAsk={send} />
          {exchanges.map((exchange, index) => (
            <Message key={exchange.id} exchange={exchange} onRetry={index === exchanges.length - 1 ? retry : null} />
          ))}
        </div>
      </div>
      <div className={classes.foot}>
        <div className={classes.column}>
          <Composer input={input} isStreaming={isStreaming} onSend={send} onStop={stop} />
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
