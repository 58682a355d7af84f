"use client";

import { Button, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { type ReactNode, useRef, useState } from "react";
import { copyText } from "./copy-text";
import classes from "./token-field.module.css";

interface Props {
  token: string;
  /** A link holds the key to a token, and is shown in the same way. */
  kind?: "API key" | "link";
  /** What a link is for; unless given, to show a token once. */
  label?: string;
  description?: ReactNode;
  /** Called when it was copied, by the button or by hand. */
  onKept: () => void;
}

/** A token, the one time it can be read. */
export function TokenField({ token, kind = "API key", label, description, onKept }: Props) {
  const fieldRef = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);

  async function copy() {
    const isCopied = await copyText(token, fieldRef.current);
    setOutcome(isCopied ? "copied" : "failed");
    if (isCopied) onKept();
    else fieldRef.current?.select();
  }

  const isLink = kind === "link";
  const isCopied = outcome === "copied";
  const copyLabel = isLink ? "Copy link" : "Copy";
  return (
    <>
      <div className={classes.tokenRow}>
        <TextInput
          ref={fieldRef}
          label={label ?? (isLink ? "Link to show it once" : "API key")}
          description={description}
          value={token}
          readOnly
          className={classes.tokenField}
          classNames={{ input: classes.token }}
          onFocus={(event) => event.currentTarget.select()}
          onCopy={onKept}
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
        />
        <Button
          data-autofocus={isLink ? undefined : true}
          // Appears where that was which had the focus.
          autoFocus
          className={classes.copy}
          onClick={copy}
          leftSection={
            isCopied ? (
              <IconCheck size={16} aria-hidden="true" />
            ) : (
              <IconCopy size={16} stroke={1.7} aria-hidden="true" />
            )
          }
        >
          {isCopied ? "Copied" : copyLabel}
        </Button>
      </div>
      <p role="status" className={outcome === "failed" ? classes.failed : "visually-hidden"}>
        {isCopied && `The ${kind} is on the clipboard.`}
        {outcome === "failed" && `Your browser did not allow copying. The ${kind} is selected: copy it by hand.`}
      </p>
    </>
  );
}
