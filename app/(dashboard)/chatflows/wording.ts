import type { EngineKind } from "@/lib/engines/config";

export const engineNames: Record<EngineKind, string> = {
  knowledge: "Documents",
  model: "Language model",
  flowise: "Flowise flow",
};

/** `1 document`, `2,000 documents`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A question as it is shown: a picture or a voice message may have come without words. */
export function questionText(question: string): string {
  return question.trim() ? question : "(no text)";
}

/** Bytes for people: `812 B`, `4.2 KB`, `1.3 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** `5 minutes ago`. Called on the server alone, so that the browser's clock cannot disagree. */
export function agoText(date: Date, now: Date): string {
  const seconds = (now.getTime() - date.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, length] of units) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return "just now";
}
