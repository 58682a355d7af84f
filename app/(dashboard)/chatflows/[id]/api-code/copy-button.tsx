"use client";

import { Button, type ButtonProps } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { copyText } from "@/components/copy-text";

/** How long "Copied" is shown, in milliseconds. */
const feedbackMs = 2_000;

interface Props extends ButtonProps {
  text: string;
  /** What a screen reader hears while the button says "Copy". */
  label: string;
  onCopied?: () => void;
}

/** Copies a text and says whether it worked. */
export function CopyButton({ text, label, onCopied, ...button }: Props) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);

  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), feedbackMs);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy() {
    const isCopied = await copyText(text);
    setOutcome(isCopied ? "copied" : "failed");
    if (isCopied) onCopied?.();
  }

  const Icon = outcome === "copied" ? IconCheck : outcome === "failed" ? IconAlertTriangle : IconCopy;
  const shown = outcome === "copied" ? "Copied" : outcome === "failed" ? "Not copied" : "Copy";
  return (
    <Button
      {...button}
      onClick={copy}
      aria-label={outcome ? shown : label}
      leftSection={<Icon size={16} stroke={1.7} aria-hidden="true" />}
    >
      <span aria-live="polite">{shown}</span>
    </Button>
  );
}
