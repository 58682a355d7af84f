import { ActionIcon } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { RelativeTime } from "@/components/relative-time";
import { maskToken } from "@/lib/api-keys/schema";
import type { FurtherKey } from "@/lib/chatflows/schema";
import { AddFurtherKey } from "./add-further-key";
import classes from "./api-code.module.css";

interface Props {
  chatflowId: string;
  keys: FurtherKey[];
  isSaving: boolean;
  /** Whether this operator may add and remove keys. */
  canChange: boolean;
  onAdd: (apiKeyId: string) => void;
  onCreate: () => void;
  onRemove: (apiKey: FurtherKey) => void;
}

/** The keys that the chatflow accepts beside its assigned one: a credential of its own for each consumer. */
export function FurtherKeys({ chatflowId, keys, isSaving, canChange, onAdd, onCreate, onRemove }: Props) {
  if (keys.length === 0 && !canChange) return null;
  return (
    <section className={classes.further} aria-labelledby="further-keys">
      <h3 id="further-keys" className={classes.furtherTitle}>
        Further keys
      </h3>
      {keys.length > 0 && (
        <ul className={classes.furtherKeys}>
          {keys.map((key) => (
            <li key={key.id} className={classes.furtherKey}>
              <span className={classes.keyName}>
                <bdi>{key.name}</bdi>
              </span>
              <code className={classes.mask}>{maskToken(key.lastFour, key.tokenSource)}</code>
              <span className={classes.furtherUse}>
                {key.lastUsedAt ? <RelativeTime date={key.lastUsedAt} now={new Date()} /> : "Never used"}
              </span>
              {canChange && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={isSaving}
                  aria-label={`Remove ${key.name}`}
                  onClick={() => onRemove(key)}
                >
                  <IconTrash size={16} stroke={1.7} aria-hidden="true" />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      )}
      {canChange && <AddFurtherKey chatflowId={chatflowId} disabled={isSaving} onAdd={onAdd} onCreate={onCreate} />}
    </section>
  );
}
