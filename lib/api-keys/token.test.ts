import { randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pastedToken } from "@/lib/api-keys/pasted-token";
import { digestToken, generateToken, lastFourOf, parseToken, sourceOf, type Token } from "@/lib/api-keys/token";

const alphabet = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];
const tokens = fc.constant(null).map(() => generateToken());

test("a token is 53 characters that one regular expression recognises, and parses as itself", () => {
  for (let n = 0; n < 1_000; n++) {
    const token = generateToken();
    expect(token).toMatch(/^flk_[0-9A-Za-z]{49}$/);
    expect(parseToken(token)).toBe(token);
  }
});

test("tokens do not repeat, and every character of the alphabet turns up", () => {
  const made = Array.from({ length: 2_000 }, () => generateToken() as string);
  expect(new Set(made).size).toBe(made.length);
  expect(new Set(made.flatMap((token) => [...token.slice(5, 47)])).size).toBe(62);
});

test("randomness is the operating system's: nothing here draws on any other (ASVS 11.5.1)", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const files = ["app", "bin", "components", "lib"].flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }),
  );
  const weak = files
    .filter((file) => !/test|generated/.test(file))
    .filter((file) => {
      return /Math\.random|pseudoRandomBytes/.test(readFileSync(path.join(root, file), "utf8"));
    });
  expect(weak).toEqual([]);
});

test("the checksum catches any single changed character", () => {
  fc.assert(
    fc.property(tokens, fc.nat(48), fc.constantFrom(...alphabet), (token, offset, character) => {
      const place = 4 + offset;
      fc.pre(token[place] !== character);
      expect(parseToken(token.slice(0, place) + character + token.slice(place + 1))).toBeNull();
    }),
    { numRuns: 2_000 },
  );
});

test("the checksum catches any two neighbours that changed places", () => {
  fc.assert(
    fc.property(tokens, fc.nat(47), (token, offset) => {
      const place = 4 + offset;
      fc.pre(token[place] !== token[place + 1]);
      const swapped = token.slice(0, place) + token[place + 1] + token[place] + token.slice(place + 2);
      expect(parseToken(swapped)).toBeNull();
    }),
    { numRuns: 2_000 },
  );
});

test("no other text is a token, however close", () => {
  const token = generateToken();
  const others = [
    "",
    "flk_",
    token.slice(1),
    token.slice(0, -1),
    `${token}0`,
    ` ${token}`,
    `${token}\n`,
    token.toUpperCase(),
  ];
  for (const other of others) expect(parseToken(other)).toBeNull();
  fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => parseToken(text) === null));
});

test("a digest is 32 bytes that token and pepper decide together", () => {
  const token = generateToken();
  const digest = digestToken(token, "pepper one");
  expect(digest).toHaveLength(32);
  expect(digestToken(token, "pepper one")).toEqual(digest);
  expect(digestToken(token, "pepper two")).not.toEqual(digest);
  expect(digestToken(generateToken(), "pepper one")).not.toEqual(digest);
});

test("the four characters kept in clear are checksum, and tell nothing of the secret part", () => {
  const token = generateToken();
  expect(lastFourOf(token)).toBe(token.slice(49));
});

test("what Flowise makes of 32 random bytes is a token of its own kind, and what no bytes make is none", () => {
  const base64url = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
  for (let n = 0; n < 1_000; n++) {
    const token = randomBytes(32).toString("base64url");
    expect(parseToken(token)).toBe(token);
    expect(sourceOf(token as Token)).toBe("flowise");
    expect(pastedToken(`X ${token}`)).toBe(token);
  }
  expect(sourceOf(generateToken())).toBeNull();
  const stem = "flk_".padEnd(42, "x");
  const ends = base64url.filter((end) => parseToken(stem + end) !== null);
  expect(ends).toEqual(base64url.filter((_, value) => value % 4 === 0));
  for (const end of ends) expect(Buffer.from(stem + end, "base64url").toString("base64url")).toBe(stem + end);
  for (const other of [`${stem}`, `${stem}AA`, `${stem}A\n`, ` ${stem}A`, `${stem.slice(1)}+A`, `${stem}=`]) {
    expect(parseToken(other)).toBeNull();
  }
});

test("a slug as long as a token of Flowise, and a part of a longer text, are not taken for one", () => {
  expect(pastedToken("customer-support-production-key-for-europe4")).toBeNull();
  expect(pastedToken(`${randomBytes(32).toString("base64url")}x`)).toBeNull();
});
