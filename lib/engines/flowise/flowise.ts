import "server-only";
import type { FlowiseConfig } from "@/lib/engines/config";
import type { Engine, EngineEvent, EngineRequest } from "@/lib/engines/engine";
import { callFlow, stopFlow } from "@/lib/engines/flowise/call-flow";
import { flowiseFailure } from "@/lib/engines/flowise/failures";
import { type FlowiseQuestion, questionFor } from "@/lib/engines/flowise/question";
import { startClock } from "@/lib/engines/time-limits";
import { AppError } from "@/lib/errors";
import { later } from "@/lib/later";
import { log } from "@/lib/log";
import { connectionOf } from "@/lib/providers/connection";

/** Answers with a flow on a Flowise server, whose events go through as they come (docs/decisions/0015). */
export function flowiseEngine(config: FlowiseConfig): Engine {
  return {
    kind: "flowise",
    // Also where the flow cannot: its whole answer is then one token.
    streams: true,
    keepsElsewhere: true,
    answer: (request) => speak(config, request, questionFor(config, request)),
  };
}

async function* speak(
  config: FlowiseConfig,
  { provider, signal, requestId }: EngineRequest,
  question: FlowiseQuestion,
): AsyncGenerator<EngineEvent, void> {
  if (signal.aborted) return;
  if (provider?.kind !== "flowise") {
    throw new AppError(
      "upstream_failed",
      "The Flowise server of this chatflow was removed. The operator of this chatflow has to choose another.",
    );
  }
  const connection = connectionOf(provider);
  const clock = startClock(signal, config);
  // Of an answer as JSON nothing is heard before its end.
  if (!question.streaming) clock.firstTokenCame();
  /** Whether Flowise is done with it, one way or the other. */
  let isOver = false;
  try {
    for await (const event of callFlow(connection, config.flowId, question, clock)) {
      // Of a question with words, Flowise only repeats them.
      if (event.type !== "question" || question.question === "") yield event;
    }
    isOver = true;
  } catch (error) {
    isOver = !clock.signal.aborted;
    if (signal.aborted) return;
    const failure = flowiseFailure(error, connection.apiKey);
    const reason = (failure.cause as Error).message;
    log().warn({ requestId, providerId: provider.id, code: failure.code, reason }, "a Flowise server failed");
    throw failure;
  } finally {
    clock.stop();
    if (!isOver) later(() => stopFlow(connection, config.flowId, question.chatId));
  }
}
