import fc from "fast-check";
import { expect, test } from "vitest";
import { decryptCredential, encryptCredential, isStaleCredential } from "@/lib/providers/credential";

const id = "01930000-0000-7000-8000-000000000001";
const otherId = "01930000-0000-7000-8000-000000000002";
const older = "older-encryption-key-0123456789abcdef";
const newer = "newer-encryption-key-0123456789abcdef";
const credential = "sk-live-4f9a";

test("any credential comes back as it went in, and two encryptions of it differ", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }), (clear) => {
      const [first, second] = [encryptCredential(clear, id, [newer]), encryptCredential(clear, id, [newer])];
      expect(decryptCredential(first, id, [newer])).toBe(clear);
      expect(Buffer.from(first).equals(second)).toBe(false);
    }),
  );
});

test("what is stored does not hold the credential", () => {
  expect(Buffer.from(encryptCredential(credential, id, [newer])).includes(credential)).toBe(false);
});

test("after a rotation the older key still decrypts, and the credential counts as stale until it is encrypted again", () => {
  const stored = encryptCredential(credential, id, [older]);
  const rotated = [newer, older];
  expect(decryptCredential(stored, id, rotated)).toBe(credential);
  expect(isStaleCredential(stored, [older])).toBe(false);
  expect(isStaleCredential(stored, rotated)).toBe(true);
  const again = encryptCredential(credential, id, rotated);
  expect(isStaleCredential(again, rotated)).toBe(false);
  expect(decryptCredential(again, id, [newer])).toBe(credential);
});

test("without the key it was encrypted with a credential stays unreadable", () => {
  expect(decryptCredential(encryptCredential(credential, id, [older]), id, [newer])).toBeNull();
});

test("a ciphertext copied to another provider's row does not decrypt", () => {
  const stored = encryptCredential(credential, id, [newer]);
  expect(decryptCredential(stored, otherId, [newer])).toBeNull();
});

test("no single changed byte, and no cut, goes unnoticed", () => {
  const stored = encryptCredential(credential, id, [newer]);
  for (let at = 0; at < stored.length; at++) {
    const changed = Uint8Array.from(stored);
    changed[at] = (changed[at] as number) ^ 1;
    expect(decryptCredential(changed, id, [newer]), `byte ${at}`).toBeNull();
    expect(decryptCredential(stored.subarray(0, at), id, [newer]), `cut at ${at}`).toBeNull();
  }
});
