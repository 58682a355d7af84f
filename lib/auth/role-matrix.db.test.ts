import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ActionResult } from "@/lib/auth/action";
import { type Role, roles } from "@/lib/auth/roles";
import type { Context } from "@/lib/context";
import { toAppError } from "@/lib/errors";
import { callAction } from "@/lib/testing/call-action";
import { testDatabase } from "@/lib/testing/database";
import { dialects } from "@/lib/testing/provider-dialects";
import { startProviderServer } from "@/lib/testing/provider-server";
import { contextIn, type FurnishedWorkspace, furnishWorkspace, newThings, type Things } from "@/lib/testing/things";
import { everyUseCase, type UseCaseTitle, useCaseTitles } from "@/lib/testing/use-cases/every";
import { byPossession, useCasesInSource } from "@/lib/testing/use-cases/inventory";
import { rowsOf } from "@/lib/testing/workspace-state";

const db = await testDatabase({ emptyBeforeEach: false });
const models = await startProviderServer();
afterAll(() => models.close());

type Action = (input: unknown) => Promise<ActionResult<unknown>>;

const actionFiles = import.meta.glob<Record<string, Action>>("/app/**/*action*.ts");
const modules = await Promise.all(Object.values(actionFiles).map((load) => load()));
const actions: Record<string, Action> = Object.assign({}, ...modules);

/** Not the role decides on these; each is here for a reason. */
const forEverybody = [
  // Their authorization is the setup code, the link of a share, and the link to choose a password.
  ...["setUpAction", "openShareAction", "setPasswordAction"],
  // They end the caller's own sessions, and send them elsewhere.
  ...["signOutAction", "signOutEverywhereAction"],
];

/** A link is stored nowhere: that it was made is all that there is to see. */
const onlyTold: UseCaseTitle[] = ["makePasswordLink"];

/** An action is named after its use case, but for these. */
const named: Record<string, UseCaseTitle> = { createChatflowKeyAction: "createApiKey beside a chatflow's" };
const titleOf = (name: string) => named[name] ?? (name.replace(/Action$/, "") as UseCaseTitle);
const actionsOfRoles = Object.entries(actions).filter(([name]) => !forEverybody.includes(name));
/** The server actions by what they do: those are run through them, with a session cookie. */
const actionByTitle = new Map(actionsOfRoles.map(([name, action]) => [titleOf(name), action]));

interface Place {
  things: Things;
  workspace: FurnishedWorkspace;
}

async function newPlace(): Promise<Place> {
  const providerUrl = models.url + dialects["openai-compatible"].basePath;
  const things = newThings("Quince", new Date(Date.now() - 60_000), providerUrl);
  return { things, workspace: await furnishWorkspace(db, things) };
}

/** Where nothing ever changes. */
const still = await newPlace();

/** "done", or the code of the refusal. */
const outcomeOf = (run: Promise<unknown>) =>
  run.then(
    () => "done",
    (error) => toAppError(error).code,
  );

const inputOf = (title: UseCaseTitle, { things }: Place) => everyUseCase[title].input(things);

/** An input of the same shape that says nothing right. */
function nonsense(input: unknown): unknown {
  if (typeof input === "string") return "nonsense";
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, nonsense(value)]));
}

/** Does it as somebody of this role, for real. */
async function attempt(title: UseCaseTitle, role: Role, place: Place, input = inputOf(title, place)): Promise<string> {
  const { workspace } = place;
  const action = actionByTitle.get(title);
  if (!action) return await outcomeOf(everyUseCase[title].run(contextIn(db, workspace, role), input));
  const result = await callAction(workspace.userIds[role], () => action(input));
  return result.ok ? "done" : result.error.code;
}

/** The same as whoever has a key's token. */
async function attemptWithKey(title: UseCaseTitle, place: Place): Promise<string> {
  const { things, workspace } = place;
  const { workspaceId } = workspace;
  const actor = { kind: "api_key", workspaceId, apiKeyId: things.keyId, name: things.keyName } as const;
  const ctx: Context = { ...contextIn(db, workspace, "owner"), actor };
  return await outcomeOf(everyUseCase[title].run(ctx, inputOf(title, place)));
}

test("every use case and every server action in the source has its row", () => {
  const known = new Set(useCaseTitles.map((title) => title.split(" ")[0] as string));
  expect(useCasesInSource()).toEqual([...known, ...byPossession].sort());
  const unknown = actionsOfRoles.map(([name]) => name).filter((name) => !useCaseTitles.includes(titleOf(name)));
  expect(unknown).toEqual([]);
  // None hides behind another of its name or its row.
  expect(modules.flatMap((module) => Object.keys(module)).sort()).toEqual(Object.keys(actions).sort());
  expect(actionByTitle.size).toBe(actionsOfRoles.length);
  // And there are no server actions but in the files that were found by their name.
  const root = path.resolve(import.meta.dirname, "../..");
  const files = globSync("{app,components,lib}/**/*.{ts,tsx}", { cwd: root, exclude: ["lib/db/generated/**"] });
  const served = files.filter((file) => /^\s*["']use server["']/m.test(readFileSync(path.join(root, file), "utf8")));
  expect(served.map((file) => `/${file}`).sort()).toEqual(Object.keys(actionFiles).sort());
});

test.each(actionsOfRoles.map(([name, action]) => ({ name, action })))(
  "a visitor is refused $name",
  async ({ name, action }) => {
    const before = await rowsOf(db, still.workspace.workspaceId);
    const result = await callAction(null, () => action(inputOf(titleOf(name), still)));
    expect(result).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
    expect(await rowsOf(db, still.workspace.workspaceId)).toEqual(before);
  },
);

test.each(actionsOfRoles.map(([name, action]) => ({ name, action })))(
  "$name is given what no page sends: that is the caller's mistake and no failure of ours",
  async ({ action }) => {
    for (const input of [null, undefined, "", 7, [], [null]]) {
      // The parameter's type is for our own pages.
      const result = await callAction(still.workspace.userIds.owner, () => action(input as never));
      if (!result.ok) expect(result.error.code).not.toBe("internal");
    }
  },
);

const rows = useCaseTitles.map((title) => ({ title, way: actionByTitle.has(title) ? "by its action" : "by itself" }));

test.each(rows)("$title, $way: whoever may can, and whoever may not changes nothing", async ({ title }) => {
  const { who, writes } = everyUseCase[title];
  const before = await rowsOf(db, still.workspace.workspaceId);
  for (const role of roles.filter((role) => !who.includes(role))) {
    expect([role, await attempt(title, role, still)]).toEqual([role, "forbidden"]);
    // Before anything is said of the input.
    const input = nonsense(inputOf(title, still));
    expect([role, await attempt(title, role, still, input)]).toEqual([role, "forbidden"]);
  }
  expect(await attemptWithKey(title, still)).toBe("forbidden");
  for (const role of writes ? [] : who) expect([role, await attempt(title, role, still)]).toEqual([role, "done"]);
  expect(await rowsOf(db, still.workspace.workspaceId)).toEqual(before);

  for (const role of writes ? who : []) {
    const place = await newPlace();
    const { workspaceId, userIds } = place.workspace;
    const { audit_event: eventsBefore, ...rowsBefore } = await rowsOf(db, workspaceId);
    expect([role, await attempt(title, role, place)]).toEqual([role, "done"]);
    const { audit_event: events, ...rowsAfter } = await rowsOf(db, workspaceId);
    if (!onlyTold.includes(title)) expect(rowsAfter, "it is done").not.toEqual(rowsBefore);
    const added = events?.filter((event) => !eventsBefore?.includes(event)) ?? [];
    expect(added.length, "and told of").toBeGreaterThan(0);
    for (const event of added) expect(event).toContain(userIds[role]);
  }
});
