import { expect, test } from "vitest";
import { generateToken } from "@/lib/api-keys/token";
import { foldName, nameSchema } from "@/lib/names";
import { flowiseToken } from "@/lib/testing/flowise-token";

test("names that differ by case or compatibility form only are one", () => {
  expect(foldName("Ａcme")).toBe(foldName("ACME"));
});

test("a token that was pasted for a name is refused, and not repeated", () => {
  const names = [generateToken(), flowiseToken()].flatMap((token) => [token, `Website ${token}`, ` ${token}\n`]);
  for (const name of names) {
    const { error } = nameSchema("The name").safeParse(name);
    expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining("cannot contain a token")]);
    expect(JSON.stringify(error)).not.toContain(name.trim().slice(-40, -4));
  }
  expect(nameSchema("The name").safeParse("flk_ tokens of the website").success).toBe(true);
});
