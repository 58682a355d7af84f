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

/** Stands for the question of a turn that was a picture: the answer to it is still worth knowing. */
const noText = "(no text)";

/**
 * A conversation in the AI SDK's form. Providers refuse empty texts: a turn without an answer is left out, and so is the
 * text of a question that is only pictures.
 */
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
      .filter((turn) => turn.answer.trim())
      .flatMap((turn) => [
        { role: "user" as const, content: [says(turn.question.trim() ? turn.question : noText)] },
        { role: "assistant" as const, content: [says(turn.answer)] },
      ]),
    { role: "user", content: [...(question ? [says(question)] : []), ...pictures] },
  ];
}
