import { ActionIcon, Button, Textarea } from "@mantine/core";
import { IconPhoto, IconX } from "@tabler/icons-react";
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef, useState } from "react";
import conversation from "@/components/chat/conversation.module.css";
import classes from "./chat.module.css";
import { imageTypes, readImages } from "./read-images";
import type { Asked, Upload } from "./use-chat";

interface Props {
  input: RefObject<HTMLTextAreaElement | null>;
  isStreaming: boolean;
  allowImages: boolean;
  maxBodyBytes: number;
  onSend: (asked: Asked) => void;
  onStop: () => void;
}

/** Where a question is written and, where the chatflow takes them, images are attached. */
export function Composer({ input, isStreaming, allowImages, maxBodyBytes, onSend, onStop }: Props) {
  const [text, setText] = useState("");
  const [attached, setAttached] = useState<Upload[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const uploads = allowImages ? attached : [];

  async function attach(files: File[]) {
    const { images, error } = await readImages(files, attached, maxBodyBytes);
    setAttached(images);
    setFailure(error);
  }

  function send() {
    const question = text.trim();
    if ((!question && uploads.length === 0) || isStreaming) return;
    setText("");
    setAttached([]);
    setFailure(null);
    onSend({ question, uploads });
    input.current?.focus();
  }

  function pressed(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  function pasted(event: ClipboardEvent) {
    const files = [...event.clipboardData.files];
    if (!allowImages || files.length === 0) return;
    event.preventDefault();
    void attach(files);
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {uploads.length > 0 && (
        <Thumbnails uploads={uploads} onRemove={(upload) => setAttached(attached.filter((one) => one !== upload))} />
      )}
      {failure && (
        <p className={conversation.error} role="alert">
          {failure}
        </p>
      )}
      <div className={classes.ask}>
        {allowImages && <AttachButton onFiles={attach} />}
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
          onPaste={pasted}
        />
        {isStreaming ? (
          <Button variant="default" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button type="submit">Send</Button>
        )}
      </div>
    </form>
  );
}

function AttachButton({ onFiles }: { onFiles: (files: File[]) => Promise<void> }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <ActionIcon
        variant="default"
        size={36}
        aria-label="Attach images"
        title="Attach images"
        onClick={() => field.current?.click()}
      >
        <IconPhoto size={18} stroke={1.6} aria-hidden="true" />
      </ActionIcon>
      <input
        ref={field}
        type="file"
        hidden
        multiple
        aria-label="Image files"
        accept={imageTypes.join(",")}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // So that the same file can be chosen again.
          event.currentTarget.value = "";
          void onFiles(files);
        }}
      />
    </>
  );
}

function Thumbnails({ uploads, onRemove }: { uploads: Upload[]; onRemove: (upload: Upload) => void }) {
  return (
    <ul className={classes.thumbnails} aria-label="Attached images">
      {uploads.map((upload) => (
        <li key={upload.data}>
          {/* biome-ignore lint/performance/noImgElement: it never leaves the browser. */}
          <img src={upload.data} alt={upload.name} />
          <ActionIcon
            variant="default"
            size="xs"
            radius="xl"
            aria-label={`Take away ${upload.name}`}
            onClick={() => onRemove(upload)}
          >
            <IconX size={12} aria-hidden="true" />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
