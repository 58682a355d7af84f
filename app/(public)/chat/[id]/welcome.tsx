import type { SharedChat } from "@/lib/sharing/shared-chat";
import classes from "./chat.module.css";

interface Props {
  chat: SharedChat;
  isBegun: boolean;
  onAsk: (question: string) => void;
}

/** What stands before the first question: a greeting, and questions to begin with. */
export function Welcome({ chat: { welcome, starterPrompts }, isBegun, onAsk }: Props) {
  if (isBegun) return welcome && <p className={classes.welcome}>{welcome}</p>;
  return (
    <>
      <p className={classes.welcome}>{welcome || "Ask a question to begin."}</p>
      {starterPrompts.length > 0 && (
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
