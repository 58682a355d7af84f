"use client";

import { Button } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { IconClipboardText, IconUpload } from "@tabler/icons-react";
import { useRef } from "react";
import { documentExtensions, documentKinds, fileMaxBytes, textMaxBytes } from "@/lib/documents/formats";
import classes from "./document-picker.module.css";
import type { DocumentDrafts } from "./use-document-drafts";

const megabytes = (bytes: number) => `${bytes / 1024 / 1024} MB`;

/** Where files are dropped or chosen. What cannot be read is taken too, so that it is said beside its name. */
export default function FileDrop({ source }: { source: DocumentDrafts }) {
  const chooseFiles = useRef<() => void>(null);
  const isOne = source.target.documentId !== undefined;
  return (
    <Dropzone
      unstyled
      className={classes.drop}
      openRef={chooseFiles}
      // Its buttons open it: a button inside a button is none for a screen reader.
      activateOnClick={false}
      activateOnKeyboard={false}
      tabIndex={-1}
      multiple={!isOne}
      inputProps={{ "aria-label": "Document files", accept: documentExtensions.join(",") }}
      onDrop={source.addFiles}
      onReject={(rejected) => source.addFiles(rejected.map(({ file }) => file))}
    >
      <div className={classes.buttons}>
        <Button
          variant="default"
          leftSection={<IconUpload size={16} stroke={1.7} aria-hidden="true" />}
          onClick={() => chooseFiles.current?.()}
        >
          {isOne ? "Choose a file" : "Choose files"}
        </Button>
        {!isOne && (
          <Button
            variant="default"
            leftSection={<IconClipboardText size={16} stroke={1.7} aria-hidden="true" />}
            onClick={source.addText}
          >
            Paste text
          </Button>
        )}
      </div>
      <p className={classes.hint}>
        Or drop {isOne ? "it" : "them"} here: {documentKinds}, up to {megabytes(fileMaxBytes)} with at most{" "}
        {megabytes(textMaxBytes)} of text.
      </p>
    </Dropzone>
  );
}
