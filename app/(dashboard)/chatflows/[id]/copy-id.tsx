"use client";

import { ActionIcon } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { copyText } from "@/components/copy-text";
import classes from "./detail.module.css";

/** The chatflow's id, as API calls name it. */
export function CopyId({ id }: { id: string }) {
  const [isCopied, setIsCopied] = useState(false);
  async function copy() {
    // Where the browser refuses, the id is there to be selected.
    if (!(await copyText(id))) return;
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), 2000);
  }
  return (
    <span className={classes.id}>
      <code>{id}</code>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label="Copy chatflow ID" onClick={copy}>
        {isCopied ? <IconCheck size={14} aria-hidden="true" /> : <IconCopy size={14} aria-hidden="true" />}
      </ActionIcon>
      <span role="status">{isCopied && "Copied"}</span>
    </span>
  );
}
