"use client";

import type { ReactNode } from "react";
import { UnsavedChanges } from "@/components/unsaved-changes";
import type { ProviderOption } from "@/lib/providers/options";
import { ChatPanel } from "../chat/chat-panel";
import classes from "../detail.module.css";
import type { Saved } from "./draft";
import { SettingsForm } from "./settings-form";
import { useDraft } from "./use-draft";

interface Props {
  chatflow: Saved;
  providers: ProviderOption[];
  canAddProvider: boolean;
  canWrite: boolean;
  /** Bytes that one call may have. */
  maxBodyBytes: number;
  /** What stands below the settings. */
  children: ReactNode;
}

/** A chatflow's settings, and beside them a chat with what they would make of it. */
export function ChatflowEditor({ chatflow, providers, canAddProvider, canWrite, maxBodyBytes, children }: Props) {
  const editor = useDraft(chatflow);
  return (
    <div className={classes.columns}>
      <div className={classes.try}>
        <ChatPanel
          chatflowId={chatflow.id}
          draft={editor.draft}
          isDirty={editor.isDirty}
          // A viewer tries what is saved.
          trial={canWrite ? editor.trial : null}
          onRefused={editor.refuse}
          maxBodyBytes={maxBodyBytes}
        />
      </div>
      <div className={classes.column}>
        <SettingsForm editor={editor} providers={providers} canAddProvider={canAddProvider} canWrite={canWrite} />
        {children}
      </div>
      <UnsavedChanges isDirty={canWrite && editor.isDirty} />
    </div>
  );
}
