"use client";

import { TextInput } from "@mantine/core";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import classes from "./api-code.module.css";
import { CopyButton } from "./copy-button";

/** The token of the key that was just created: the one time it is shown. */
export function NewKey({ issued, onCopied }: { issued: IssuedApiKey; onCopied: () => void }) {
  return (
    <section className={classes.newKey} aria-label="New API key">
      <div className={classes.tokenRow}>
        <TextInput
          label="API key"
          description={
            <>
              The token of <bdi className={classes.name}>{issued.name}</bdi>. It is shown only now, and is in the
              samples below until you close this dialog.
            </>
          }
          value={issued.token}
          readOnly
          className={classes.grow}
          classNames={{ input: classes.token }}
          onFocus={(event) => event.currentTarget.select()}
          onCopy={onCopied}
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
        />
        <CopyButton text={issued.token} label="Copy" onCopied={onCopied} w={116} />
      </div>
    </section>
  );
}
