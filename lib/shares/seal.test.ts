import { expect, test } from "vitest";
import { generateToken } from "@/lib/api-keys/token";
import { isUuid } from "@/lib/ids";
import { shareTokenSchema } from "@/lib/shares/schema";
import { fitsShare, openSealed, sealToken } from "@/lib/shares/seal";

test("what was sealed opens with its fragment, and the server's schema takes it", async () => {
  const token = generateToken();
  const sealed = await sealToken(token);
  expect(isUuid(sealed.id)).toBe(true);
  expect(sealed.fragment).toMatch(/^[\w-]{43}$/);
  expect(await fitsShare(sealed.id, sealed.fragment)).toBe(true);
  expect(await openSealed(sealed)).toBe(token);
  const { id, ciphertext } = sealed;
  const apiKeyId = crypto.randomUUID();
  expect(shareTokenSchema.safeParse({ id, ciphertext, apiKeyId, lastFour: token.slice(-4) }).success).toBe(true);
});

test("each sealing has a key, a nonce and an id of its own", async () => {
  const token = generateToken();
  const sealed = await Promise.all(Array.from({ length: 50 }, () => sealToken(token)));
  expect(new Set(sealed.map(({ id }) => id)).size).toBe(50);
  expect(new Set(sealed.map(({ fragment }) => fragment)).size).toBe(50);
  expect(new Set(sealed.map(({ ciphertext }) => ciphertext.slice(0, 16))).size).toBe(50);
});

test("a fragment that is missing, cut off, changed or another's is noticed before anything is asked", async () => {
  const { id, fragment } = await sealToken(generateToken());
  const other = await sealToken(generateToken());
  const changed = (fragment[0] === "A" ? "B" : "A") + fragment.slice(1);
  for (const wrong of ["", fragment.slice(0, -1), `${fragment}A`, changed, other.fragment, "x", "é".repeat(43)]) {
    expect(await fitsShare(id, wrong)).toBe(false);
  }
});

test("a changed ciphertext, another key, and another share's id do not open", async () => {
  const sealed = await sealToken(generateToken());
  const other = await sealToken(generateToken());
  const changed =
    sealed.ciphertext.slice(0, 40) + (sealed.ciphertext[40] === "A" ? "B" : "A") + sealed.ciphertext.slice(41);
  await expect(openSealed({ ...sealed, ciphertext: changed })).rejects.toThrow();
  await expect(openSealed({ ...sealed, fragment: other.fragment })).rejects.toThrow();
  await expect(openSealed({ ...sealed, id: other.id })).rejects.toThrow();
});
