import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { Turn } from "@/lib/engines/engine";
import type { Image } from "@/lib/engines/model/images";

/** What a model is told. */
export interface Conversation {
  /** Parts of the system message; empty ones are left out. */
  system: (string | null)[];
  turns: Turn[];
  question: string;
  images: Image[];
}

const says = (text: string) => ({ type: "text" as const, text });

/** A conversation in the AI SDK's form. Providers refuse empty messages, so turns without words are left out. */
export function toPrompt({ system, turns, question, images }: Conversation): LanguageModelV4Prompt {
  const instructions = system.flatMap((part) => (part?.trim() ? [part.trim()] : [])).join("\n\n");
  const pictures = images.map(({ mediaType, bytes }) => ({
    type: "file" as const,
    mediaType,
    data: { type: "data" as const, data: bytes },
  }));
  return [
    ...(instructions ? [{ role: "system" as const, content: instructions }] : []),
    ...turns
      .filter((turn) => turn.question.trim() && turn.answer.trim())
      .flatMap((turn) => [
        { role: "user" as const, content: [says(turn.question)] },
        { role: "assistant" as const, content: [says(turn.answer)] },
      ]),
    { role: "user", content: [says(question), ...pictures] },
  ];
}
