import type { APIRequestContext } from "@playwright/test";
import { type Action, actionsOf, everyRow } from "./build-inventory";
import { expect, test } from "./fixtures";

/** Not the role decides on these; each is here for a reason. */
const forEverybody = [
  // Its authorization is the setup code, and it does nothing once there is an account.
  "setUpAction",
  // Their authorization is the link: of the share, and to choose a password.
  "openShareAction",
  "setPasswordAction",
  // They end the caller's own sessions.
  "signOutAction",
  "signOutEverywhereAction",
];

/** Runs an action as the browser would, with an input that is wrong: who may act is decided before it is read. */
async function run(request: APIRequestContext, { id, address }: Action): Promise<string> {
  const response = await request.post(address, {
    headers: { "Next-Action": id, "Content-Type": "text/plain;charset=UTF-8", Accept: "text/x-component" },
    data: "[{}]",
  });
  return /"error":\{"code":"(\w+)"/.exec(await response.text())?.[1] ?? `${response.status()}, no refusal`;
}

test("of all server actions in the build a viewer is refused every one, a visitor too, and nothing changes", async ({
  operator,
  viewer,
  request,
  db,
}) => {
  const { rows } = await db.query("SELECT id FROM chatflow LIMIT 1");
  const actions = actionsOf(rows[0].id).filter(({ name }) => !forEverybody.includes(name));
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
