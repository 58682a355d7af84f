import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const sources = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: (name) => name.includes("node_modules") }).map((file) => ({
    file,
    source: readFileSync(path.join(root, file), "utf8"),
  }));
const routes = ["v1", "openai", "mcp"].flatMap((version) => sources(`app/api/${version}/**/route.ts`));

/** Anybody may call these; each is here for a reason. */
const withoutCredentials = [
  // It answers only that there is nothing there.
  "app/api/openai/v1/[...path]/route.ts",
  // Clients ask it before they have credentials; it tells one bit.
  "app/api/v1/chatflows-streaming/[chatflowId]/route.ts",
  "app/api/v1/ping/route.ts",
  "app/api/v1/version/route.ts",
];

/** It takes a token not to let it in but to end it, whoever holds it and whatever state it is in. */
const revocation = "app/api/v1/tokens/revoke/route.ts";

test("the routes of every dialect are found", () => {
  const files = routes.map(({ file }) => file);
  expect(files).toContain("app/api/v1/prediction/[chatflowId]/route.ts");
  expect(files).toContain("app/api/openai/v1/chat/completions/route.ts");
});

test("what a caller chooses of a path stands at its end, where traces leave it out (routeOf)", () => {
  const paths = sources("app/api/**/route.ts").map(({ file }) => path.dirname(file));
  expect(paths.filter((name) => /\].*\/[^[/]/.test(name))).toEqual([]);
});

test.each(routes)("$file goes through the one guard", ({ source }) => {
  expect(source).toMatch(/= apiRoute[<(]/);
  expect(source).not.toMatch(/export (async )?function (GET|POST|PUT|PATCH|DELETE)/);
});

test.each(routes.filter(({ file }) => file !== revocation && !withoutCredentials.includes(file)))(
  "$file reads credentials the one way",
  ({ source }) => {
    expect(source).toContain("bearerToken(");
    expect(source).toMatch(/\b(startPrediction|admitCall|verifyKey)\(/);
  },
);

test("the route that ends a token lets nobody in with it", () => {
  const [route] = routes.filter(({ file }) => file === revocation);
  expect(route?.source).toMatch(/\brevokeToken\(/);
  expect(route?.source).not.toMatch(/bearerToken|verifyCall/);
});

test("nothing else reads the Authorization header, one place looks a token up to let it in, and one to end it", () => {
  const all = [...sources("app/**/*.{ts,tsx}"), ...sources("lib/**/*.ts")].filter(
    ({ file }) => !/test|generated/.test(file),
  );
  const files = (pattern: RegExp) => all.filter(({ source }) => pattern.test(source)).map(({ file }) => file);
  expect(files(/get\(["'`]authorization["'`]\)/i)).toEqual(["lib/http/bearer.ts"]);
  expect(files(/verifyCall\(/).sort()).toEqual(["lib/api-keys/verify.ts", "lib/predictions/start.ts"]);
  expect(files(/revokeToken\(/).sort()).toEqual([revocation, "lib/api-keys/revoke.ts"]);
  expect(files(/findCall\(/).sort()).toEqual(["lib/api-keys/find-call.ts", "lib/api-keys/verify.ts"]);
  expect(files(/digestToken\(/).sort()).toEqual([
    "lib/api-keys/find-call.ts",
    // Which of the tokens to be imported are here already.
    "lib/api-keys/known-tokens.ts",
    "lib/api-keys/revoke.ts",
    "lib/api-keys/secrets.ts",
    "lib/api-keys/token.ts",
  ]);
});

const cookieRoutes = sources("app/(dashboard)/**/route.ts");

test("the routes that a session cookie opens are found", () => {
  expect(cookieRoutes.map(({ file }) => file)).toContain("app/(dashboard)/chatflows/[id]/try/route.ts");
});

test.each(cookieRoutes)("$file goes through the one guard of the dashboard's routes", ({ source }) => {
  expect(source).toMatch(/export const (GET|POST|PUT|PATCH|DELETE) = operatorRoute[<(]/);
  expect(source).not.toMatch(/export (async )?function (GET|POST|PUT|PATCH|DELETE)|currentOperator\(/);
});

test("that guard asks where a request comes from before it reads the session, unless the request only reads", () => {
  const guard = readFileSync(path.join(root, "lib/auth/route.ts"), "utf8");
  expect(guard).toMatch(
    /if \(request\.method !== "GET"\) assertSameOrigin\(request\.headers\);\s+const actor = await currentOperator/,
  );
});
