"use client";

import { Switch, Tabs } from "@mantine/core";
import { useState } from "react";
import { type SnippetAuth, tokenVariable } from "@/lib/snippets/snippet";
import { type SnippetId, snippetTabs } from "@/lib/snippets/snippets";
import classes from "./api-code.module.css";
import { Code } from "./code";
import { CopyButton } from "./copy-button";

interface Props {
  baseUrl: string;
  chatflowId: string;
  question: string;
  auth: SnippetAuth;
  onCopied: () => void;
}

/** The code samples, one tab a language. */
export function Samples({ onCopied, ...input }: Props) {
  const [tabId, setTabId] = useState<SnippetId>("curl");
  const [streaming, setStreaming] = useState(false);
  const chosen = snippetTabs.find(({ id }) => id === tabId) ?? snippetTabs[0];
  const code = chosen?.write({ ...input, streaming }) ?? "";
  return (
    <Tabs value={tabId} onChange={(value) => setTabId(value as SnippetId)} keepMounted={false}>
      <div className={classes.samplesBar}>
        <Tabs.List aria-label="Language">
          {snippetTabs.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div className={classes.sampleControls}>
          <Switch
            label="Streaming"
            size="sm"
            checked={streaming}
            onChange={(event) => setStreaming(event.currentTarget.checked)}
          />
          <CopyButton key={code} text={code} label="Copy sample" onCopied={onCopied} variant="default" size="xs" />
        </div>
      </div>
      {snippetTabs.map((tab) => (
        <Tabs.Panel key={tab.id} value={tab.id}>
          <Code label={tab.label} grammar={tab.grammar} code={code} />
        </Tabs.Panel>
      ))}
      {input.auth.kind === "environment" && (
        <p className={classes.hint}>
          Set the key once where the sample runs: <code>export {tokenVariable}=flk_…</code>
        </p>
      )}
    </Tabs>
  );
}
