import Link from "next/link";
import type { ReactNode } from "react";
import table from "@/components/list/table.module.css";
import { maskToken } from "@/lib/api-keys/schema";
import type { Outcome, ReportedChatflow, ReportedKey } from "@/lib/import/schema";
import { AccessBadge } from "../chatflows/access-badge";
import classes from "./import.module.css";

interface KeyTableProps {
  keys: ReportedKey[];
  /** For a key that is made: whether to make it. Absent once it is done. */
  choose?: (key: ReportedKey) => ReactNode;
}

const outcomes: Record<Outcome, [plan: string, report: string]> = {
  made: ["New", "Imported"],
  here: ["Here already", "Here already"],
  "left-out": ["Left out", "Left out"],
};

/** What becomes of something, and why. */
function Becomes({ outcome, notes, isDone }: { outcome: Outcome; notes: string[]; isDone: boolean }) {
  return (
    <div className={classes.becomes}>
      <span className={outcome === "made" ? classes.made : table.dimmed}>{outcomes[outcome][isDone ? 1 : 0]}</span>
      {notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </div>
  );
}

/** Its name; a link to it once it is there. */
function Name({ id, name, path }: { id: string | null; name: string; path: string }) {
  if (id === null) return <bdi>{name}</bdi>;
  return (
    <Link href={`${path}/${id}`} className={classes.nameLink} prefetch={false}>
      <bdi>{name}</bdi>
    </Link>
  );
}

function Head({
  hasChoice,
  columns,
}: {
  hasChoice: boolean;
  columns: [label: string, className: string | undefined][];
}) {
  return (
    <thead>
      <tr>
        {hasChoice && (
          <th scope="col" className={classes.choiceColumn}>
            <span className="visually-hidden">Import it</span>
          </th>
        )}
        {columns.map(([label, className]) => (
          <th key={label} scope="col" className={className}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The keys, and what becomes of each. */
export function KeyTable({ keys, choose }: KeyTableProps) {
  return (
    <section className={classes.section} aria-labelledby="import-keys">
      <h2 id="import-keys" className={classes.heading}>
        API keys <span className={table.dimmed}>{keys.length.toLocaleString("en")}</span>
      </h2>
      {keys.length === 0 ? (
        <p className={classes.hint}>There are none.</p>
      ) : (
        <table className={`${table.table} ${classes.table}`} aria-labelledby="import-keys">
          <Head
            hasChoice={choose !== undefined}
            columns={[
              ["Name", classes.nameColumn],
              ["Token", classes.tokenColumn],
              [choose ? "What happens" : "What happened", undefined],
            ]}
          />
          <tbody>
            {keys.map((key, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an id may come twice, and the list never changes
              <tr key={place}>
                {choose && <td className={classes.choice}>{key.outcome === "made" && choose(key)}</td>}
                <th scope="row" className={table.nameCell}>
                  <Name id={key.id} name={key.name} path="/keys" />
                </th>
                <td data-label="Token">
                  {key.lastFour ? (
                    <code>{maskToken(key.lastFour, "flowise")}</code>
                  ) : (
                    <span className={table.dimmed}>–</span>
                  )}
                </td>
                <td data-label="Result">
                  <Becomes outcome={key.outcome} notes={key.notes} isDone={choose === undefined} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface ChatflowTableProps {
  chatflows: ReportedChatflow[];
  choose?: (chatflow: ReportedChatflow) => ReactNode;
  /** For a chatflow that no key guards: whether to open it. */
  chooseAccess?: (chatflow: ReportedChatflow) => ReactNode;
  skippedKeys?: ReadonlySet<string>;
  publicChatflows?: ReadonlySet<string>;
}

const nobody: ReadonlySet<string> = new Set();

/** The chatflows, who may call each, and what becomes of it. */
export function ChatflowTable({ chatflows, choose, chooseAccess, ...chosen }: ChatflowTableProps) {
  const { skippedKeys = nobody, publicChatflows = nobody } = chosen;
  /** The access as it will be with what was chosen. */
  const chosenAccess = (chatflow: ReportedChatflow): Pick<ReportedChatflow, "access" | "accessNote"> => {
    const { access, sourceId } = chatflow;
    if (access?.kind === "closed" && publicChatflows.has(sourceId)) {
      return { access: { kind: "public" }, accessNote: "Anybody will be able to call it." };
    }
    if (access?.kind !== "key" || !skippedKeys.has(access.keySourceId)) return chatflow;
    return {
      access: { kind: "closed" },
      accessNote: "You leave its key out, so it is closed until you assign another.",
    };
  };
  return (
    <section className={classes.section} aria-labelledby="import-chatflows">
      <h2 id="import-chatflows" className={classes.heading}>
        Chatflows <span className={table.dimmed}>{chatflows.length.toLocaleString("en")}</span>
      </h2>
      {chatflows.length === 0 ? (
        <p className={classes.hint}>There are none.</p>
      ) : (
        <table className={`${table.table} ${classes.table}`} aria-labelledby="import-chatflows">
          <Head
            hasChoice={choose !== undefined}
            columns={[
              ["Name", classes.nameColumn],
              ["Access", classes.accessColumn],
              [choose ? "What happens" : "What happened", undefined],
            ]}
          />
          <tbody>
            {chatflows.map((chatflow) => {
              const { access, accessNote } = chosenAccess(chatflow);
              const notes = [...(accessNote ? [accessNote] : []), ...chatflow.notes];
              return (
                <tr key={chatflow.sourceId}>
                  {choose && <td className={classes.choice}>{chatflow.outcome === "made" && choose(chatflow)}</td>}
                  <th scope="row" className={table.nameCell}>
                    <Name id={chatflow.id} name={chatflow.name} path="/chatflows" />
                  </th>
                  <td data-label="Access">
                    <div className={classes.access}>
                      {access ? (
                        <AccessBadge
                          access={access.kind}
                          apiKey={access.kind === "key" ? { name: access.keyName } : null}
                          furtherKeys={[]}
                        />
                      ) : (
                        <span className={table.dimmed}>–</span>
                      )}
                      {chatflow.access?.kind === "closed" && chooseAccess?.(chatflow)}
                    </div>
                  </td>
                  <td data-label="Result">
                    <Becomes outcome={chatflow.outcome} notes={notes} isDone={choose === undefined} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
