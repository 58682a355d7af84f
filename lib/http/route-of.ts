/**
 * The route that a request came to, as its file is named: `/api/v1/prediction/[chatflowId]`. What the caller
 * put into the path is not in it: it is at the end of every route's path (route-inventory.test.ts).
 * @param params Next's, in the order of the path
 */
export function routeOf(url: string, params: object): string {
  const given = Object.entries(params) as [string, string | string[]][];
  const segments = new URL(url).pathname.split("/").filter((segment) => segment !== "");
  const ours = segments.slice(0, segments.length - given.flatMap(([, value]) => value).length);
  const names = given.map(([name, value]) => (Array.isArray(value) ? `[...${name}]` : `[${name}]`));
  return `/${[...ours, ...names].join("/")}`;
}
