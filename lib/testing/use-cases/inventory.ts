import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** Exported functions that take a context first but are no use cases. */
const parts = [
  // A condition, for the lists and the export that check the permission.
  "activityWhere",
  // What the use cases over providers begin with: they check the permission, it checks the workspace.
  ...["readProvider", "renewCredential"],
  // What the lists of a chatflow's things begin with: they check the permission, it checks the workspace.
  "requireChatflow",
  // What the use cases of an import begin with: they check the permission, it checks the one to connect a server.
  "readSource",
];

/** Use cases of nobody: whoever has the link or the token may, and what is done is done in its own workspace. */
export const byPossession = ["openShare", "revokeToken"];

/** What takes a database and no context, so that nothing keeps it to a workspace but what is said here. */
export const withoutContext = [
  // They decide themselves who somebody is: a caller by the token, an operator by the session.
  ...["endSession", "operatorOfSession", "findCall", "verifyCall", "verifyKey"],
  // Of the one deployment.
  ...["needsSetup", "pepperUse", "pruneEndedSecrets", "pruneEveryWorkspace", "pruneRefusedCalls", "pruneShares"],
  ...["pruneEndedSessions", "pruneFailedSignIns", "pruneVisitorCounters"],
  // Given a chatflow that somebody may call, or a call that was decided on.
  ...["insertRefusedCalls", "recordPrediction", "searchPassages"],
  // Given the workspace as well.
  ...["callableChatflows", "findProviderRow"],
  // The page of a key that was found in the workspace.
  "peekLimits",
  // Asked by clients before they have credentials, with no more than an id or a website; see each.
  ...["isListedOrigin", "originsOfChatflow", "originsOfFeedback", "readVisitedChatflow"],
  // Given a call that was decided on.
  ...["commentFeedback", "endCancelled", "giveFeedback", "saveLead", "startRunning"],
  // Given the digest of a chat, in which whose it is is part.
  ...["announceEnd", "readEndedChats"],
  // Whose feedback it is, before the call is decided on.
  "chatflowOfFeedback",
  // Asked by anybody who has the link; it tells of public chatflows alone.
  "readSharedChat",
].sort();

/** `export async function name(ctx: Type`, `export const name = (ctx: Type`, also destructured or `Omit<Type`. */
const exported = (type: string) =>
  new RegExp(
    `^export (?:default )?(?:async )?(?:function\\*? ?|const )(\\w+)(?:<[^(]*>)?(?:: [^=]*)?(?: = (?:async )?)?\\(\\s*(?:\\w+|\\{[^}]*\\}): (?:\\w+<)?${type}\\b`,
    "gm",
  );

function exportedWith(type: string): string[] {
  const files = globSync("lib/**/*.ts", { cwd: root, exclude: ["lib/testing/**", "lib/db/**"] });
  return files
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => [...readFileSync(path.join(root, file), "utf8").matchAll(exported(type))])
    .map((match) => match[1] as string)
    .sort();
}

/**
 * The use cases there are, found in the source: exported functions whose first parameter is a `Context`.
 * Reading text is enough, because types of parameters are written out on everything exported; and a new
 * function is found until somebody says above why it is no use case. One that takes a transaction first
 * is a step of a use case, which began the transaction.
 */
export function useCasesInSource(): string[] {
  return exportedWith("Context").filter((name) => !parts.includes(name));
}

/** Exported functions whose first parameter is a `Database`. */
export function databaseFunctionsInSource(): string[] {
  return exportedWith("Database");
}
