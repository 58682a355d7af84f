"use client";

import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import classes from "./chat.module.css";
import { Message } from "./message";
import { useChat } from "./use-chat";

/** Nearer to the end than this, in pixels, the reader follows along. */
const followWithin = 48;

/** Asks the chatflow as its operator. Nothing of it is recorded. */
export function ChatPanel({ chatflowId, memoryTurns }: { chatflowId: string; memoryTurns: number }) {
  const chat = useChat(chatflowId, memoryTurns);
  const [text, setText] = useState("");
  const log = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const follows = useRef(true);
  const { exchanges, isStreaming } = chat;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the conversation may move its end.
  useLayoutEffect(() => {
    if (log.current && follows.current) log.current.scrollTop = log.current.scrollHeight;
  }, [exchanges]);

  function send() {
    const question = text.trim();
    if (!question || isStreaming) return;
    follows.current = true;
    setText("");
    chat.ask(question);
    input.current?.focus();
  }

  function pressed(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <section className={classes.panel} aria-labelledby="try-title">
      <div className={classes.head}>
        <h2 id="try-title">Try it</h2>
        {exchanges.length > 0 && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              chat.reset();
              input.current?.focus();
            }}
          >
            New conversation
          </Button>
        )}
      </div>
      <div
        ref={log}
        className={classes.log}
        role="log"
        aria-label="Conversation"
        aria-busy={isStreaming}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard.
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < followWithin;
        }}
      >
        {exchanges.length === 0 && (
          <p className={classes.note}>Ask it something. Only you see this, and nothing is recorded.</p>
        )}
        {exchanges.map((exchange, index) => (
          <Message key={exchange.id} exchange={exchange} onRetry={index === exchanges.length - 1 ? chat.retry : null} />
        ))}
      </div>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Textarea
          ref={input}
          className={classes.input}
          aria-label="Question"
          placeholder="Ask a question"
          autosize
          minRows={1}
          maxRows={6}
          maxLength={20_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        {isStreaming ? (
          <Button variant="default" onClick={chat.stop}>
            Stop
          </Button>
        ) : (
          <Button type="submit">Send</Button>
        )}
      </form>
    </section>
  );
}
