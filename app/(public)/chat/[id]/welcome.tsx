import type { SharedChat } from "@/lib/sharing/shared-chat";
import classes from "./chat.module.css";

interface Props {
  chat: SharedChat;
  /** Said to who has just told who they are. */
  thanks: string;
  /** Whether it is time for the first question. */
  hasStarters: boolean;
  onAsk: (question: string) => void;
}

/** What stands before the first question: a greeting, and questions to begin with. */
export function Welcome({ chat: { welcome, lead, starterPrompts }, thanks, hasStarters, onAsk }: Props) {
  const greeting = welcome || (hasStarters && !lead && "Ask a question to begin.");
  return (
    <>
      {greeting && <p className={classes.welcome}>{greeting}</p>}
      <p className={classes.welcome} role="status">
        {thanks}
      </p>
      {hasStarters && starterPrompts.length > 0 && (
        <ul className={classes.starters} aria-label="Questions to begin with">
          {starterPrompts.map((prompt) => (
            <li key={prompt}>
              <button type="button" className={classes.starter} onClick={() => onAsk(prompt)}>
                {prompt}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
