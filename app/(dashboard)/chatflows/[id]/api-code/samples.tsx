"use client";

import { SegmentedControl, Switch, Tabs } from "@mantine/core";
import { useState } from "react";
import { type SnippetAuth, tokenVariable } from "@/lib/snippets/snippet";
import { type Snippet, type SnippetTab, snippetTabs } from "@/lib/snippets/snippets";
import classes from "./api-code.module.css";
import { Code } from "./code";
import { CopyButton } from "./copy-button";

interface Props {
  baseUrl: string;
  chatflowId: string;
  slug: string;
  question: string;
  auth: SnippetAuth;
  onCopied: () => void;
}

/** The code samples, one tab a language or a kind of client. */
export function Samples({ onCopied, ...input }: Props) {
  const [tab, setTab] = useState<SnippetTab>(snippetTabs[0]);
  /** Of each tab that has several, the one that was chosen. */
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [streaming, setStreaming] = useState(false);
  const snippet = tab.snippets.find(({ id }) => id === chosen[tab.id]) ?? tab.snippets[0];
  const code = snippet.write({ ...input, streaming });
  const isOneOfSeveral = tab.snippets.length > 1;
  return (
    <Tabs
      value={tab.id}
      onChange={(value) => setTab(snippetTabs.find(({ id }) => id === value) ?? snippetTabs[0])}
      keepMounted={false}
    >
      <div className={classes.samplesBar}>
        <Tabs.List aria-label="Language" className={classes.languages}>
          {snippetTabs.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div className={classes.sampleControls}>
          {snippet.streams && (
            <Switch
              label="Streaming"
              size="sm"
              checked={streaming}
              onChange={(event) => setStreaming(event.currentTarget.checked)}
            />
          )}
          <CopyButton key={code} text={code} label="Copy sample" onCopied={onCopied} variant="default" size="xs" />
        </div>
      </div>
      {snippetTabs.map(({ id }) => (
        <Tabs.Panel key={id} value={id}>
          {isOneOfSeveral && (
            <SegmentedControl
              className={classes.variants}
              size="xs"
              aria-label={`${tab.label} samples`}
              data={tab.snippets.map(({ id: value, label }) => ({ value, label }))}
              value={snippet.id}
              onChange={(value) => setChosen({ ...chosen, [tab.id]: value })}
            />
          )}
          <Code
            label={isOneOfSeveral ? `${tab.label} ${snippet.label}` : tab.label}
            grammar={snippet.grammar}
            code={code}
          />
        </Tabs.Panel>
      ))}
      <Hint snippet={snippet} auth={input.auth} />
    </Tabs>
  );
}

/** Where a sample goes, and where its token comes from. */
function Hint({ snippet: { file, readsEnvironment }, auth }: { snippet: Snippet; auth: SnippetAuth }) {
  const needsKey = auth.kind === "environment";
  if (!file && !needsKey) return null;
  return (
    <p className={classes.hint}>
      {file && (
        <>
          Goes into <code>{file}</code>.{" "}
        </>
      )}
      {needsKey && readsEnvironment && (
        <>
          Set the key once where the sample runs: <code>export {tokenVariable}=flk_…</code>
        </>
      )}
      {needsKey && !readsEnvironment && (
        <>
          Put the key’s token in the place of <code>flk_…</code>.
        </>
      )}
    </p>
  );
}
