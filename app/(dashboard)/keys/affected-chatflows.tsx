import classes from "@/components/dialog.module.css";
import type { ApiKeySummary } from "@/lib/api-keys/schema";

interface Props {
  apiKey: Pick<ApiKeySummary, "chatflows" | "chatflowCount">;
  some: string;
  none: string;
}

/** Which chatflows a change to a key touches, by name. */
export function AffectedChatflows({ apiKey, some, none }: Props) {
  const { chatflows, chatflowCount } = apiKey;
  if (chatflowCount === 0) return <p className={classes.text}>{none}</p>;
  const unnamed = chatflowCount - chatflows.length;
  return (
    <div className={classes.note}>
      <p className={classes.text}>{some}</p>
      <ul className={classes.names}>
        {chatflows.map(({ id, name }) => (
          <li key={id}>
            <bdi>{name}</bdi>
          </li>
        ))}
        {unnamed > 0 && <li>and {unnamed.toLocaleString("en")} more</li>}
      </ul>
    </div>
  );
}
