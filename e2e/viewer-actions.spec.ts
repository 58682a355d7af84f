import { readFileSync } from "node:fs";
import path from "node:path";
import type { APIRequestContext } from "@playwright/test";
import type { Pool } from "pg";
import { expect, test } from "./fixtures";

/** Next's own list of what the build can be made to run by a POST. */
interface Manifest {
  node: Record<string, { exportedName: string; filename: string; workers: Record<string, unknown> }>;
}

interface Action {
  id: string;
  name: string;
  /** A page that has the action. */
  address: string;
}

/** Not the role decides on these; each is here for a reason. */
const forEverybody = [
  // Its authorization is the setup code, and it does nothing once there is an account.
  "setUpAction",
  // They end the caller's own sessions.
  "signOutAction",
  "signOutEverywhereAction",
];

function addressOf(worker: string, chatflowId: string): string {
  const parts = worker.split("/").slice(1, -1);
  return `/${parts.filter((part) => !part.startsWith("(")).join("/")}`.replace(/\[[^\]]+\]/g, chatflowId);
}

function actionsOf(chatflowId: string): Action[] {
  const file = path.join(path.dirname(import.meta.dirname), ".next/server/server-reference-manifest.json");
  const { node } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  return Object.entries(node)
    .map(([id, { exportedName: name, workers }]) => ({
      id,
      name,
      address: addressOf(Object.keys(workers)[0] as string, chatflowId),
    }))
    .filter(({ name }) => !forEverybody.includes(name));
}

/** Runs an action as the browser would, with an input that is wrong: who may act is decided before it is read. */
async function run(request: APIRequestContext, { id, address }: Action): Promise<string> {
  const response = await request.post(address, {
    headers: { "Next-Action": id, "Content-Type": "text/plain;charset=UTF-8", Accept: "text/x-component" },
    data: "[{}]",
  });
  return /"error":\{"code":"(\w+)"/.exec(await response.text())?.[1] ?? `${response.status()}, no refusal`;
}

/** Everything there is, as one digest a table. */
async function everyRow(db: Pool): Promise<Record<string, string>> {
  const { rows: tables } = await db.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await db.query(`SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM "${name}" t`);
    digests[name] = rows[0]?.digest;
  }
  return digests;
}

test("of all server actions in the build a viewer is refused every one, a visitor too, and nothing changes", async ({
  operator,
  viewer,
  request,
  db,
}) => {
  const { rows } = await db.query("SELECT id FROM chatflow LIMIT 1");
  const actions = actionsOf(rows[0].id);
  expect(actions.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      ...["createApiKeyAction", "regenerateApiKeyAction", "stopOldTokenAction", "setApiKeyExpiryAction"],
      ...["setApiKeyLimitsAction", "setAllowedAddressesAction", "disableApiKeysAction", "enableApiKeysAction"],
      ...["deleteApiKeysAction", "setMaxKeyLifetimeAction", "setChatflowAccessAction"],
    ]),
  );
  const before = await everyRow(db);
  const outcome = async (as: APIRequestContext) => {
    const answers: Record<string, string> = {};
    for (const action of actions) answers[action.name] = await run(as, action);
    return answers;
  };
  const all = (code: string) => Object.fromEntries(actions.map(({ name }) => [name, code]));
  expect(await outcome(viewer.request)).toEqual(all("forbidden"));
  expect(await outcome(request)).toEqual(all("unauthenticated"));
  expect(await everyRow(db)).toEqual(before);

  // The same call by somebody who may: it is the role that was refused, not the call.
  const create = actions.find(({ name }) => name === "createApiKeyAction") as Action;
  expect(await run(operator.request, create)).toBe("invalid_input");
});
