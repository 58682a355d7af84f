import chat from "@/components/chat/conversation.module.css";
import AnswerMarkdown from "@/components/chat/markdown";
import { Sources } from "@/components/chat/sources";
import { RelativeTime } from "@/components/relative-time";
import type { ConversationTurn } from "@/lib/sessions/schema";
import { sayOutcome } from "../../../../say-outcome";
import { questionText } from "../../../wording";
import classes from "../sessions.module.css";
import { DeleteTurn } from "./delete-turn";

/** Milliseconds for people: `340 ms`, `1.4 s`. */
function durationText(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How it ended, how long it took and what it cost, as far as it is known. */
function factsOf({ status, errorCode, durationMs, firstTokenMs, usage }: ConversationTurn): string[] {
  const outcome = sayOutcome(status, errorCode);
  return [
    status === "ok" ? `${outcome} in ${durationText(durationMs)}` : `${outcome}, after ${durationText(durationMs)}`,
    firstTokenMs === null ? "" : `first words after ${durationText(firstTokenMs)}`,
    usage ? `${usage.inputTokens.toLocaleString("en")} tokens in, ${usage.outputTokens.toLocaleString("en")} out` : "",
  ].filter(Boolean);
}

/** A question and what became of it. Rendered on the server: no script is sent for it. */
export function Turn({ turn, chatflowId, now }: { turn: ConversationTurn; chatflowId: string; now: Date }) {
  const { id, answer, sources, status, createdAt } = turn;
  const question = questionText(turn.question);
  return (
    <article className={`${chat.exchange} ${classes.turn}`} aria-label={question.slice(0, 80)}>
      <p className={chat.question}>{question}</p>
      {answer && (
        <div className={chat.answer}>
          <AnswerMarkdown text={answer} />
        </div>
      )}
      <Sources sources={sources} />
      <footer className={classes.turnFoot}>
        <span className={status === "error" ? classes.failed : undefined}>
          <RelativeTime date={createdAt} now={now} /> · {factsOf(turn).join(" · ")}
        </span>
        <DeleteTurn chatflowId={chatflowId} turnId={id} question={question.slice(0, 80)} />
      </footer>
    </article>
  );
}
