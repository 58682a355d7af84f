import { randomUUID } from "node:crypto";
import type { APIRequestContext, APIResponse } from "@playwright/test";
import type { Pool } from "pg";
import { type Action, actionsOf, addressesOf, everyRow } from "./build-inventory";
import { expect, owner, test } from "./fixtures";
import { removeKeys } from "./keys-page";

// What a page of another site can make the operator's browser send, were SameSite not there: the
// cookie goes along with each of these requests.
const elsewhere = ["https://elsewhere.example", "null"];

async function chatflowIdOf(db: Pool): Promise<string> {
  return (await db.query("SELECT id FROM chatflow LIMIT 1")).rows[0].id;
}

function actionNamed(name: string, chatflowId: string): Action {
  const action = actionsOf(chatflowId).find((one) => one.name === name);
  if (!action) throw new Error(`The build has no ${name}.`);
  return action;
}

/** Creates a key as the page's script does. */
function createKey(request: APIRequestContext, action: Action, origin: string): Promise<APIResponse> {
  return request.post(action.address, {
    headers: { Origin: origin, "Next-Action": action.id, "Content-Type": "text/plain;charset=UTF-8" },
    data: JSON.stringify([{ name: "Made from elsewhere" }]),
  });
}

const setsSession = (response: APIResponse) =>
  response.headersArray().some(({ name, value }) => /^set-cookie$/i.test(name) && value.includes("flowlatch.session"));

test("a POST from another site runs no server action (ASVS 3.5.1)", async ({ operator, db, baseURL }) => {
  const { request } = operator;
  const chatflowId = await chatflowIdOf(db);
  const create = actionNamed("createApiKeyAction", chatflowId);
  const signOut = actionNamed("signOutEverywhereAction", chatflowId);
  const before = await everyRow(db);
  for (const origin of elsewhere) {
    expect((await createKey(request, create, origin)).ok(), origin).toBe(false);
    // A plain form of another page: it takes no preflight, and no input either.
    const form = await request.post("/keys", {
      headers: { Origin: origin },
      multipart: { [`$ACTION_ID_${signOut.id}`]: "" },
      maxRedirects: 0,
    });
    expect(setsSession(form), origin).toBe(false);
  }
  expect(await everyRow(db)).toEqual(before);

  // The same from our own page: it is where it came from that was refused.
  expect((await createKey(request, create, baseURL as string)).ok()).toBe(true);
  expect(await everyRow(db)).not.toEqual(before);
  await removeKeys(db, "Made from elsewhere");
});

test("a POST from another site neither signs an operator out nor in (ASVS 3.5.1)", async ({
  operator,
  request,
  db,
}) => {
  const headers = { Origin: elsewhere[0] as string };
  const before = await everyRow(db);
  const signOut = await operator.request.post("/api/auth/signout", { headers, form: { json: "true" } });
  expect(setsSession(signOut)).toBe(false);
  const { email, password } = owner;
  const signIn = await request.post("/api/auth/callback/credentials", {
    headers,
    form: { email, password, csrfToken: "0".repeat(64), json: "true" },
  });
  expect(setsSession(signIn)).toBe(false);
  expect(await everyRow(db)).toEqual(before);
  await operator.goto("/keys");
  await expect(operator.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
});

test("no route of the dashboard answers a changing request from another site (ASVS 3.5.3)", async ({
  operator,
  db,
}) => {
  const routes = addressesOf("route", "(dashboard)", await chatflowIdOf(db));
  expect(routes.length).toBeGreaterThan(5);
  const signs: Record<string, string>[] = [{ Origin: "https://elsewhere.example" }, { "Sec-Fetch-Site": "cross-site" }];
  const before = await everyRow(db);
  for (const address of routes) {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      for (const headers of signs) {
        const answer = await operator.request.fetch(address, { method, headers, data: "{}" });
        expect([403, 405], `${method} ${address}`).toContain(answer.status());
      }
    }
  }
  expect(await everyRow(db)).toEqual(before);
});

test("no GET changes anything, whatever address and whoever asks (ASVS 3.5.3)", async ({ operator, db }) => {
  const chatflowId = await chatflowIdOf(db);
  const folders = ["(dashboard)", "(auth)", "(public)", "api"];
  const addresses = folders.flatMap((folder) => [
    ...addressesOf("page", folder, chatflowId),
    ...addressesOf("route", folder, chatflowId),
  ]);
  const { email, password } = owner;
  addresses.push(
    "/api/auth/signout",
    `/api/auth/callback/credentials?${new URLSearchParams({ email, password })}`,
    `/share/${randomUUID()}`,
  );
  const create = actionNamed("createApiKeyAction", chatflowId);
  const before = await everyRow(db);
  for (const address of addresses) {
    for (const method of ["GET", "HEAD"]) {
      const headers = { "Next-Action": create.id };
      const answer = await operator.request.fetch(address, { method, headers, maxRedirects: 0 });
      expect(setsSession(answer) && !/\/api\/auth\//.test(address), `${method} ${address}`).toBe(false);
    }
  }
  expect(addresses.length).toBeGreaterThan(25);
  expect(await everyRow(db)).toEqual(before);
  await operator.goto("/keys");
  await expect(operator.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
});
