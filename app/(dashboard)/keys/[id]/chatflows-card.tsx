import Link from "next/link";
import type { ApiKeyDetail } from "@/lib/api-keys/detail";
import { Card } from "./card";
import classes from "./key.module.css";

/** The chatflows that the key opens. */
export function ChatflowsCard({ apiKey: { chatflows, chatflowCount } }: { apiKey: ApiKeyDetail }) {
  const unnamed = chatflowCount - chatflows.length;
  return (
    <Card title="Chatflows">
      {chatflowCount === 0 ? (
        <p className={classes.hint}>None yet. Open a chatflow and choose this key under “API code”.</p>
      ) : (
        <ul className={classes.rows}>
          {chatflows.map(({ id, name, isAssigned }) => (
            <li key={id} className={classes.row}>
              <Link href={`/chatflows/${id}`} className={classes.link} prefetch={false}>
                <bdi>{name}</bdi>
              </Link>
              <span className={classes.hint}>{isAssigned ? "Assigned" : "Further key"}</span>
            </li>
          ))}
          {unnamed > 0 && <li className={classes.hint}>and {unnamed.toLocaleString("en")} more</li>}
        </ul>
      )}
    </Card>
  );
}
