"use client";

import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import conversation from "@/components/chat/conversation.module.css";
import { useFollowing } from "@/components/chat/use-following";
import type { EngineKind } from "@/lib/engines/config";
import type { Draft } from "../editor/draft";
import type { Trial } from "../editor/use-draft";
import classes from "./chat.module.css";
import { Composer } from "./composer";
import { Message } from "./message";
import { type Asked, useChat } from "./use-chat";
import { VariableValues } from "./variable-values";

const unrecorded: Record<EngineKind, string> = {
  knowledge: "Only you see this, and nothing is recorded.",
  model: "The provider is called, but nothing is recorded.",
  flowise: "The flow is called and Flowise may record it, but nothing is recorded here.",
};

interface Props {
  chatflowId: string;
  draft: Draft;
  isDirty: boolean;
  /** The engine as it is being edited; null where what is saved is tried. */
  trial: (() => Promise<Trial>) | null;
  onRefused: (field: string, message: string) => void;
  maxBodyBytes: number;
}

/** Asks the chatflow as its operator, as it is being edited. Nothing of it is recorded. */
export function ChatPanel({ chatflowId, draft, isDirty, trial, onRefused, maxBodyBytes }: Props) {
  const [vars, setVars] = useState<Record<string, string>>({});
  const isModel = draft.kind === "model";
  const takesImages = isModel ? draft.model.allowImages : draft.kind === "flowise" && draft.flowise.passUploads;
  const memoryTurns = Number(draft[draft.kind].memoryTurns) || 0;
  const chat = useChat(chatflowId, { memoryTurns, vars, trial, onRefused });
  const input = useRef<HTMLTextAreaElement>(null);
  const { exchanges, isStreaming } = chat;
  const scroll = useFollowing();

  function send(asked: Asked) {
    scroll.follow();
    chat.ask(asked);
  }

  return (
    <section
      className={classes.panel}
      aria-labelledby="try-title"
      onKeyDown={(event) => {
        if (event.key === "Escape" && isStreaming) chat.stop();
      }}
    >
      <div className={classes.head}>
        <h2 id="try-title">Try it</h2>
        {isDirty && <span className={classes.badge}>Unsaved version</span>}
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
      {isModel && <VariableValues variables={draft.model.variables} values={vars} onChange={setVars} />}
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
        <div ref={scroll.content}>
          {exchanges.length === 0 && (
            <p className={conversation.note}>
              {trial
                ? "Ask it something: it answers with the settings as they are in the form. "
                : "Ask it something. "}
              {unrecorded[draft.kind]}
            </p>
          )}
          {exchanges.map((exchange, index) => (
            <Message
              key={exchange.id}
              exchange={exchange}
              onRetry={index === exchanges.length - 1 ? chat.retry : null}
            />
          ))}
        </div>
      </div>
      <Composer
        input={input}
        isStreaming={isStreaming}
        allowImages={takesImages}
        maxBodyBytes={maxBodyBytes}
        onSend={send}
        onStop={chat.stop}
      />
    </section>
  );
}
