import { describe, expect, test } from "vitest";
import { parseKeysQuery } from "./parse-query";
import { ascends, keysHref, sortHref } from "./query";

describe("the keys page's address", () => {
  test("malformed parts fall back to the defaults instead of failing the page", () => {
    const query = parseKeysQuery({ q: ["a", "b"], sort: "price", attention: "all", after: ["x"] });
    expect(query).toEqual({ search: "", sort: "created" });
  });

  test("a NUL in the search never reaches the database", () => {
    expect(parseKeysQuery({ q: "a\0b" }).search).toBe("ab");
  });

  test("a search survives the round trip through the address", () => {
    const search = "50 % & “x” #1+1";
    const query = Object.fromEntries(new URL(keysHref({ search }), "http://localhost").searchParams);
    expect(parseKeysQuery(query).search).toBe(search);
  });

  test("the default view has the bare address", () => {
    expect(keysHref(parseKeysQuery({}))).toBe("/keys");
  });

  test("what needs attention stays while one sorts, and the way to it keeps the search", () => {
    const query = parseKeysQuery({ q: "web", attention: "expiring", after: "cursor" });
    expect(sortHref(query, "name")).toBe("/keys?q=web&sort=name&attention=expiring");
    expect(keysHref({ search: "web", attention: "never-used" })).toBe("/keys?q=web&attention=never-used");
  });

  test("a second press on a column turns its order, and sorting starts at the first page", () => {
    const first = parseKeysQuery({ q: "web", after: "cursor" });
    expect(ascends(first, "created")).toBe(false);
    expect(sortHref(first, "created")).toBe("/keys?q=web&direction=asc");
    expect(sortHref(first, "name")).toBe("/keys?q=web&sort=name");
    expect(sortHref(parseKeysQuery({ sort: "name" }), "name")).toBe("/keys?sort=name&direction=desc");
    expect(sortHref(parseKeysQuery({ sort: "name", direction: "desc" }), "name")).toBe("/keys?sort=name");
  });
});
