import "server-only";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { KnowledgeConfig } from "@/lib/engines/config";
import type { Engine, EngineEvent, EngineRequest } from "@/lib/engines/engine";
import {
  composeAnswer,
  coverageMin,
  followUpCoverageMin,
  inWords,
  isFollowUp,
  notFoundAnswer,
  selectPassages,
  toSources,
} from "@/lib/engines/knowledge/compose";
import { type FoundPassage, searchPassages } from "@/lib/engines/knowledge/search";
import { AppError } from "@/lib/errors";

/** Passages looked at before those that fit are chosen. */
const passagesRanked = 10;

/** Pieces said without a pause: more than an ordinary answer has. */
const piecesPerTurn = 256;

/** Answers with the passages of the chatflow's documents that fit the question; needs no model. */
export function knowledgeEngine(config: KnowledgeConfig): Engine {
  return {
    kind: "knowledge",
    streams: true,
    keepsElsewhere: false,
    answer(request) {
      if (request.question === "") {
        const message = "This chatflow takes no uploads: question cannot be empty.";
        throw new AppError("invalid_input", message, { field: "question" });
      }
      return speak(config, request);
    },
  };
}

async function* speak(config: KnowledgeConfig, request: EngineRequest): AsyncGenerator<EngineEvent, void> {
  if (request.signal.aborted) return;
  const { passages, passageCount } = await findPassages(request, config.maxPassages);
  const text = passages.length > 0 ? composeAnswer(passages) : notFoundAnswer(passageCount);
  let pieces = 0;
  for (const words of inWords(text)) {
    // A hang-up is an event: of an engine that never waits, nobody would hear it.
    if (++pieces % piecesPerTurn === 0) await nextTurn();
    if (request.signal.aborted) return;
    yield { type: "token", text: words };
  }
  if (passages.length > 0) yield { type: "sources", sources: toSources(passages) };
}

/**
 * A question that points back ("and how do I delete it?") is searched with the one before it, any
 * other by itself first. What a follow-up says itself must be in the passage too, or every change of
 * subject would be answered with the old one.
 */
async function findPassages(request: EngineRequest, maxPassages: number) {
  const { db, workspaceId, chatflowId, question } = request;
  const search = { workspaceId, chatflowId, question, limit: passagesRanked };
  const context = request.turns.at(-1)?.question;

  if (context === undefined || !isFollowUp(question)) {
    const { found, passageCount } = await searchPassages(db, search);
    const passages = selectPassages(found, ({ coverage }) => coverage >= coverageMin, maxPassages);
    if (passages.length > 0 || context === undefined || request.signal.aborted) return { passages, passageCount };
  }
  const { found, passageCount } = await searchPassages(db, { ...search, context });
  return { passages: selectPassages(found, fitsFollowUp, maxPassages), passageCount };
}

function fitsFollowUp({ coverage, contextCoverage }: FoundPassage): boolean {
  return coverage >= followUpCoverageMin && contextCoverage >= coverageMin;
}
