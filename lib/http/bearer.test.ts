import { expect, test } from "vitest";
import { generateToken } from "@/lib/api-keys/token";
import { bearerToken, refuseTokenInQuery } from "@/lib/http/bearer";

const token = generateToken();
const read = (value: string) => bearerToken(new Headers({ Authorization: value }));

test.each(["Bearer", "bearer", "BEARER", "bEaReR"])("the scheme %s is read whatever its case", (scheme) => {
  expect(read(`${scheme} ${token}`)).toBe(token);
  expect(read(`${scheme}   ${token}  `)).toBe(token);
});

test("no credentials, and credentials of another scheme, are no token", () => {
  expect(bearerToken(new Headers())).toBeNull();
  expect(read(`Basic ${Buffer.from(`user:${token}`).toString("base64")}`)).toBeNull();
  expect(read("")).toBeNull();
  expect(read(`Bearertoken ${token}`)).toBeNull();
});

test.each([
  ["nothing", "Bearer"],
  ["another text", "Bearer nonsense"],
  ["a broken checksum", `Bearer ${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`],
  ["two tokens", `Bearer ${token} ${token}`],
  ["a quoted token", `Bearer "${token}"`],
  ["a list", `Bearer ${token}, Bearer ${token}`],
])("a bearer header with %s is refused without its content being repeated", (_, value) => {
  expect(() => read(value)).toThrow(expect.objectContaining({ code: "invalid_token" }));
  expect(() => read(value)).not.toThrow(token.slice(4, 20));
});

test.each(["access_token", "api_key", "apiKey", "APIKEY", "token", "key", "Authorization"])(
  "a query parameter called %s is refused, whatever it holds",
  (name) => {
    expect(() => refuseTokenInQuery(new URLSearchParams({ [name]: "x" }))).toThrow(
      expect.objectContaining({ code: "token_in_query" }),
    );
  },
);

test("a token under any name in the query is refused, other parameters are not", () => {
  expect(() => refuseTokenInQuery(new URLSearchParams({ x: `Bearer ${token}` }))).toThrow(/Authorization header/);
  expect(() => refuseTokenInQuery(new URLSearchParams({ [token]: "" }))).toThrow(/Authorization header/);
  expect(() => refuseTokenInQuery(new URLSearchParams({ page: "2", keyboard: "yes" }))).not.toThrow();
});
