import { expect, test } from "vitest";
import { generateToken } from "@/lib/api-keys/token";
import { foldName, nameSchema } from "@/lib/names";

test("names that differ by case or compatibility form only are one", () => {
  expect(foldName("Ａcme")).toBe(foldName("ACME"));
});

test("a token that was pasted for a name is refused, and not repeated", () => {
  const token = generateToken();
  for (const name of [token, `Website ${token}`, ` ${token}\n`]) {
    const { error } = nameSchema("The name").safeParse(name);
    expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining("cannot contain a token")]);
    expect(JSON.stringify(error)).not.toContain(token.slice(4, -4));
  }
  expect(nameSchema("The name").safeParse("flk_ tokens of the website").success).toBe(true);
});
