"use client";

import { ShareOnce } from "@/components/share-once";
import { TokenField } from "@/components/token-field";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import classes from "./api-code.module.css";

/** The token of the key that was just created: the one time it is shown. */
export function NewKey({ issued, onCopied }: { issued: IssuedApiKey; onCopied: () => void }) {
  const description = (
    <>
      The token of <bdi className={classes.name}>{issued.name}</bdi>. It is shown only now, and is in the samples below
      until you close this dialog.
    </>
  );
  return (
    <section className={classes.newKey} aria-label="New API key">
      <TokenField token={issued.token} description={description} onKept={onCopied} />
      <ShareOnce issued={issued} onKept={onCopied} />
    </section>
  );
}
