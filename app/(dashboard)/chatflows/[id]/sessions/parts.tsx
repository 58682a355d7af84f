import { IconLock } from "@tabler/icons-react";
import { LinkButton } from "@/components/link-button";
import { EmptyState } from "@/components/list/empty-state";
import type { Caller } from "@/lib/sessions/schema";
import classes from "./sessions.module.css";

/** Under which credential a conversation was held. */
export function CallerName({ caller }: { caller: Caller }) {
  if (caller.kind === "public") return <>Public</>;
  return caller.name === null ? <em className={classes.gone}>Deleted key</em> : <bdi>{caller.name}</bdi>;
}

/** What a viewer sees instead of what people said. */
export function NotYours({
  chatflowId,
  heading = "h1",
  what = "conversations",
  text = "They hold what people asked and were answered.",
}: {
  chatflowId: string;
  heading?: "h1" | "h2";
  what?: string;
  text?: string;
}) {
  return (
    <EmptyState
      Icon={IconLock}
      heading={heading}
      title={`Your role may not read ${what}`}
      text={`${text} Ask an editor of this workspace.`}
    >
      <LinkButton href={`/chatflows/${chatflowId}`}>Back to the chatflow</LinkButton>
    </EmptyState>
  );
}
