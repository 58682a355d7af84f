import bcrypt from "bcryptjs";
import { expect, test } from "vitest";
import { assertHardToGuess, hashPassword, passwordMatches } from "@/lib/auth/password";
import { passwordSchema } from "@/lib/auth/schema";

test.each(["password1234", "qwertyuiop12", "aaaaaaaaaaaa", "123456789012", "iloveyou1234"])(
  "the common password %s is refused",
  (password) => {
    expect(() => assertHardToGuess(password, [])).toThrow("easy to guess");
  },
);

test("a password made of one's own name or email is refused", () => {
  const personal = ["Wilhelmina Featherstone", "wilhelmina@example.com"];
  expect(() => assertHardToGuess("wilhelminafeatherstone", personal)).toThrow("easy to guess");
});

test("four unrelated words pass", () => {
  expect(() => assertHardToGuess("correct horse battery staple", ["Ada"])).not.toThrow();
});

test("twelve characters are enough and eleven are not, counted as people count them", () => {
  expect(passwordSchema.safeParse("🙂".repeat(12)).success).toBe(true);
  expect(passwordSchema.safeParse("a".repeat(11)).error?.issues[0]?.message).toContain("this has 11");
});

test("what bcrypt would cut off is refused instead", () => {
  expect(passwordSchema.safeParse("a".repeat(72)).success).toBe(true);
  expect(passwordSchema.safeParse("a".repeat(73)).success).toBe(false);
  expect(passwordSchema.safeParse("🙂".repeat(19)).success).toBe(false);
});

test("a hash knows its password, no other, and nothing matches no hash", async () => {
  const hash = await hashPassword("correct horse battery staple");
  expect(hash).toMatch(/^\$2[aby]\$12\$/);
  expect(await passwordMatches("correct horse battery staple", hash)).toBe(true);
  expect(await passwordMatches("correct horse battery stapler", hash)).toBe(false);
  expect(await passwordMatches("correct horse battery staple", null)).toBe(false);
});

test("comparisons take turns, and where too many wait the next is told to try again", async () => {
  const [slow, quick] = [await hashPassword("a"), await bcrypt.hash("a", 4)];
  const ended: string[] = [];
  const compare = async (name: string, hash: string) => {
    await passwordMatches("a", hash);
    ended.push(name);
  };
  await Promise.all([compare("slow", slow), compare("quick", quick)]);
  expect(ended).toEqual(["slow", "quick"]);

  const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => passwordMatches("a", quick)));
  const refused = outcomes.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
  expect(refused).toHaveLength(20);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "too_many_attempts", retryAfterSeconds: 5 });
  expect(await passwordMatches("a", quick)).toBe(true);
});
