import { IconArrowUp, IconPlayerStopFilled } from "@tabler/icons-react";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from "react";
import { preloadMarkdown } from "@/components/chat/answer";
import { useHydrated } from "@/components/use-hydrated";
import classes from "./chat.module.css";

interface Props {
  input: RefObject<HTMLTextAreaElement | null>;
  isStreaming: boolean;
  onSend: (question: string) => void;
  onStop: () => void;
}

/** Where a question is written. Enter sends it; with Shift it begins a new line. */
export function Composer({ input, isStreaming, onSend, onStop }: Props) {
  const [text, setText] = useState("");
  const isHydrated = useHydrated();

  // biome-ignore lint/correctness/useExhaustiveDependencies: as high as the text is, up to what the style allows
  useLayoutEffect(() => {
    if (!input.current) return;
    input.current.style.height = "auto";
    input.current.style.height = `${input.current.scrollHeight}px`;
  }, [text]);

  function send() {
    const question = text.trim();
    if (!question || isStreaming) return;
    setText("");
    onSend(question);
    input.current?.focus();
  }

  function pressed(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={input}
        className={classes.input}
        aria-label="Your question"
        placeholder="Ask a question"
        rows={1}
        maxLength={20_000}
        value={text}
        onFocus={preloadMarkdown}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      {isStreaming ? (
        <button type="button" className={classes.send} aria-label="Stop" title="Stop" onClick={onStop}>
          <IconPlayerStopFilled size={18} aria-hidden="true" />
        </button>
      ) : (
        <button
          type="submit"
          className={classes.send}
          aria-label="Send"
          title="Send"
          data-empty={!text.trim()}
          disabled={!isHydrated}
        >
          <IconArrowUp size={20} stroke={2} aria-hidden="true" />
        </button>
      )}
    </form>
  );
}
