import { DriverAdapterError } from "@prisma/driver-adapter-utils";
import { expect, test } from "vitest";
import { toAppError } from "@/lib/errors";

const withCode = (code: string) => Object.assign(new Error("of the driver"), { code });

test.each([
  ["a name that cannot be resolved just now", withCode("EAI_AGAIN")],
  ["a host without a way to it", withCode("EHOSTUNREACH")],
  ["a refused connection, tried by two addresses", new AggregateError([withCode("ECONNREFUSED")])],
  ["a protocol violation on a cut connection", withCode("08P01")],
  ["no connection left", withCode("53300")],
  ["no memory left", withCode("53200")],
  ["a full disk", withCode("53100")],
  ["a shutdown", withCode("57P01")],
  ["a start", withCode("57P03")],
  ["a pool without a free connection", withCode("P2024")],
  ["a connection reset below Prisma", new DriverAdapterError({ kind: "ConnectionClosed" })],
  ["the cause of another error", new Error("outer", { cause: withCode("ECONNRESET") })],
])("%s is a database that is away, to be asked again", (_, error) => {
  expect(toAppError(error)).toMatchObject({ code: "database_unavailable", status: 503, retryAfterSeconds: 5 });
});

test.each([
  ["a statement that is wrong", withCode("42601")],
  ["a statement that was cancelled", withCode("57014")],
  ["a duplicate that nobody expected", withCode("23505")],
  ["a mistake of ours", new TypeError("x is not a function")],
])("%s is ours, and its message stays here", (_, error) => {
  const told = toAppError(error);
  expect(told).toMatchObject({ code: "internal", status: 500 });
  expect(told.message).not.toContain(error.message);
});
