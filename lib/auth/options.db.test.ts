import type { CredentialsConfig } from "next-auth/providers/credentials";
import { beforeEach, expect, test, vi } from "vitest";
import { authOptions } from "@/lib/auth/options";
import { log } from "@/lib/log";
import { testDatabase } from "@/lib/testing/database";

const db = await testDatabase();
const [provider] = authOptions().providers as unknown as [{ options: CredentialsConfig }];
const { authorize } = provider.options;
const requestId = "request-1234";

/** What next-auth has us decide on a sign-in: the message of the refusal. */
async function refusalOf(email: string, password: string): Promise<string> {
  const request = { headers: { "x-request-id": requestId } };
  try {
    await authorize({ email, password }, request);
  } catch (error) {
    return (error as Error).message;
  }
  return "signed in";
}

const [error, warn] = [vi.spyOn(log(), "error").mockReturnValue(), vi.spyOn(log(), "warn").mockReturnValue()];
beforeEach(() => void vi.clearAllMocks());

test.each([
  ["a wrong password", "ada@example.com", "wrong"],
  ["a NUL in the email", "ada\0@example.com", "wrong"],
  ["half a character in the email", "\ud800@example.com", "wrong"],
  ["a NUL in the password", "ada@example.com", "wr\0ng"],
  ["a password longer than any", "ada@example.com", "wrong ".repeat(100_000)],
])("%s is refused as a wrong sign-in, and is no failure of ours", async (_, email, password) => {
  expect(await refusalOf(email, password)).toBe("Email or password is not right.");
  expect([error, warn].flatMap(({ mock }) => mock.calls)).toEqual([]);
});

test("an email longer than any is refused with the rule it breaks", async () => {
  expect(await refusalOf(`${"a".repeat(100_000)}@example.com`, "wrong")).toBe(
    "An email address has at most 254 characters.",
  );
  expect(error).not.toHaveBeenCalled();
});

test("a sign-in that fails for a reason of ours is logged with it, under the request's id", async () => {
  await db.pool.query("ALTER TABLE sign_in_throttle RENAME TO elsewhere");
  try {
    expect(await refusalOf("ada@example.com", "wrong")).toMatch(/^Something went wrong on our side/);
  } finally {
    await db.pool.query("ALTER TABLE elsewhere RENAME TO sign_in_throttle");
  }
  const err = expect.objectContaining({ message: expect.stringMatching(/sign_in_throttle/) });
  expect(error.mock.calls).toEqual([[{ requestId, err }, expect.any(String)]]);
});

// The last: there is no database afterwards.
test("one that fails because the database is away is logged as that", async () => {
  await db.takeAway();
  expect(await refusalOf("ada@example.com", "wrong")).toMatch(/^The database cannot be reached/);
  expect(warn.mock.calls).toContainEqual([{ requestId }, "database unavailable"]);
  expect(error).not.toHaveBeenCalled();
});
