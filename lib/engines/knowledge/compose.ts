import type { SourceDocument } from "@/lib/engines/engine";
import type { FoundPassage } from "@/lib/engines/knowledge/search";

/**
 * Least share of a question's weight that a passage must carry to count as an answer to it.
 * Found by trying (search.db.test.ts). Words are all it sees: "How do I delete my Facebook account?"
 * is answered by a passage that deletes accounts of another kind.
 */
export const coverageMin = 0.4;
/** For a follow-up the words before it count as well, so less of its own is asked for. */
export const followUpCoverageMin = 0.25;
/** A passage scored below this share of the best one is a neighbour of the answer, not the answer. */
const relativeScoreMin = 0.7;

/** The passages that fit, best first; those far behind the best are left out. */
export function selectPassages(
  found: FoundPassage[],
  fits: (passage: FoundPassage) => boolean,
  maxPassages: number,
): FoundPassage[] {
  const fitting = found.filter(fits);
  const best = Math.max(0, ...fitting.map(({ score }) => score));
  return fitting.filter(({ score }) => score >= best * relativeScoreMin).slice(0, maxPassages);
}

/** Words that point back at what was said before: "and how do I delete it?" */
const pointsBack =
  /\b(?:it|its|that|this|those|these|they|them|their|there)\b|^\W*(?:and|but|or|so|then|also|what about|how about)\b/i;

/** Whether a question leaves something unsaid that the turn before it says. */
export function isFollowUp(question: string): boolean {
  return pointsBack.test(question.slice(0, 1_000));
}

/** Passages as one Markdown answer, each followed by where it is from. */
export function composeAnswer(passages: FoundPassage[]): string {
  return passages.map((passage) => `${passage.content}\n\n${citation(passage)}`).join("\n\n");
}

/** `— *Guide › API keys* (guide.md)`; the document alone where there is no heading. */
function citation({ heading, document }: FoundPassage): string {
  return heading === "" ? `— ${plain(document)}` : `— *${plain(heading)}* (${plain(document)})`;
}

/** A text that Markdown shows as it is. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, "\\$&");
}

/** Why there is no answer. */
export function notFoundAnswer(passageCount: number): string {
  return passageCount === 0
    ? "This chatflow has no documents yet, so there is nothing to answer from."
    : "I could not find an answer to that in the documents. Try other words, or ask about one thing at a time.";
}

/** Passages on the wire. */
export function toSources(passages: FoundPassage[]): SourceDocument[] {
  return passages.map(({ content, document, heading, score }, index) => ({
    pageContent: content,
    metadata: { source: document, heading, passage: index + 1, score: Math.round(score * 1000) / 1000 },
  }));
}

/** An answer in the pieces it is sent in: a few words each, nothing added or lost. */
export function* inWords(text: string): Generator<string> {
  for (const [words] of text.matchAll(/\s*(?:\S+\s*){1,3}/g)) yield words;
}
