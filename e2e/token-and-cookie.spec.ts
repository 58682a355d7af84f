import { addressesOf } from "./build-inventory";
import { expect, test } from "./fixtures";
import { createKey, openKeys, removeKeys } from "./keys-page";

test("a token opens no page and no route of the dashboard, however it is sent (ASVS 7.2.2)", async ({
  operator,
  request,
  db,
}) => {
  const name = "Of an integrator";
  await openKeys(operator);
  const token = await createKey(operator, name);
  const { rows } = await db.query("SELECT id FROM chatflow LIMIT 1");
  const pages = addressesOf("page", "(dashboard)", rows[0].id);
  const routes = addressesOf("route", "(dashboard)", rows[0].id);
  expect(pages).toEqual(expect.arrayContaining(["/keys", "/chatflows", "/activity", "/settings/workspace"]));
  expect(routes).toEqual(expect.arrayContaining(["/activity/export"]));

  const sent: Record<string, string>[] = [
    { Authorization: `Bearer ${token}` },
    { Cookie: `flowlatch.session=${token}; __Host-flowlatch.session=${token}` },
  ];
  for (const credentials of sent) {
    for (const address of pages) {
      const page = await request.get(address, { headers: credentials, maxRedirects: 0 });
      expect([page.status(), page.headers().location], address).toEqual([307, "/login"]);
      // What the dashboard's own links ask for.
      const data = await request.get(address, { headers: { ...credentials, RSC: "1" }, maxRedirects: 0 });
      expect(await data.text(), address).not.toContain(name);
    }
    for (const address of routes) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
        const headers = { ...credentials, "Sec-Fetch-Site": "same-origin" };
        const answer = await request.fetch(address, { method, headers });
        expect([401, 405], `${method} ${address}`).toContain(answer.status());
      }
    }
  }
  // A session opens them: it is the token that was refused.
  expect(await (await operator.request.get("/keys", { headers: { RSC: "1" } })).text()).toContain(name);
  expect((await operator.request.get("/activity/export")).status()).toBe(200);
  await removeKeys(db, name);
});

test("an operator's session authorises no prediction (ASVS 7.2.2)", async ({ operator, db }) => {
  const { rows } = await db.query("SELECT id FROM chatflow WHERE NOT is_public LIMIT 1");
  await openKeys(operator);
  const session = (await operator.context().cookies()).find(({ name }) => name === "flowlatch.session")?.value ?? "";
  expect(session).not.toBe("");
  const ask = (headers: Record<string, string>) =>
    operator.request.post(`/api/v1/prediction/${rows[0].id}`, { headers, data: { question: "Who am I?" } });
  const refused = await ask({});
  expect([refused.status(), (await refused.json()).code]).toEqual([401, "unauthenticated"]);
  const asToken = await ask({ Authorization: `Bearer ${session}` });
  expect([asToken.status(), (await asToken.json()).code]).toEqual([401, "invalid_token"]);
});
