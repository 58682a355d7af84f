import "server-only";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";

/**
 * A credential at rest, AES-256-GCM (NIST SP 800-38D):
 *
 *     format 1 byte | key id 4 bytes | IV 12 bytes | tag 16 bytes | ciphertext
 *
 * The additional data is the provider's id: a ciphertext copied to another row does not decrypt.
 */
const format = 1;
const keyIdStart = 1;
const ivStart = 5;
const tagStart = 17;
const ciphertextStart = 33;

const algorithm = "aes-256-gcm";
const label = "flowlatch provider credential v1";

/** Says which of the configured keys encrypted something, and nothing about the key. */
function keyIdOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest().subarray(0, 4);
}

/** Of each configured secret, derived once: this is on the way of every prediction with a model. */
const derivedKeys = new Map<string, KeyObject>();

/** HKDF (RFC 5869), so that this use of the configured secret shares its key with no other. */
function deriveKey(secret: string): KeyObject {
  const known = derivedKeys.get(secret);
  if (known) return known;
  const key = createSecretKey(new Uint8Array(hkdfSync("sha256", secret, "", label, 32)));
  derivedKeys.set(secret, key);
  return key;
}

function isEncryptedWith(secret: string, stored: Uint8Array): boolean {
  return keyIdOf(secret).equals(stored.subarray(keyIdStart, ivStart));
}

/**
 * Encrypts a credential for one provider's row.
 * @param secrets the configured encryption keys, newest first; the newest encrypts
 */
export function encryptCredential(credential: string, providerId: string, secrets: readonly string[]) {
  const [newest] = secrets;
  if (newest === undefined) throw new Error("There is no encryption key.");
  const iv = randomBytes(12);
  const cipher = createCipheriv(algorithm, deriveKey(newest), iv);
  cipher.setAAD(Buffer.from(providerId));
  const ciphertext = Buffer.concat([cipher.update(credential, "utf8"), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.of(format), keyIdOf(newest), iv, cipher.getAuthTag(), ciphertext]));
}

/**
 * Decrypts what `encryptCredential` made for the same provider.
 * @param secrets the configured encryption keys, in any order
 * @returns null when no key fits, or the bytes are not what was written for this provider
 */
export function decryptCredential(stored: Uint8Array, providerId: string, secrets: readonly string[]): string | null {
  if (stored[0] !== format || stored.length <= ciphertextStart) return null;
  for (const secret of secrets) {
    if (!isEncryptedWith(secret, stored)) continue;
    const decipher = createDecipheriv(algorithm, deriveKey(secret), stored.subarray(ivStart, tagStart), {
      authTagLength: ciphertextStart - tagStart,
    });
    decipher.setAAD(Buffer.from(providerId));
    decipher.setAuthTag(stored.subarray(tagStart, ciphertextStart));
    try {
      return Buffer.concat([decipher.update(stored.subarray(ciphertextStart)), decipher.final()]).toString("utf8");
    } catch {
      // Tampered with, or of another row; another key of the same id may still fit.
    }
  }
  return null;
}

/** Whether another key than the newest encrypted it, so that it should be encrypted again. */
export function isStaleCredential(stored: Uint8Array, secrets: readonly string[]): boolean {
  return secrets[0] === undefined || !isEncryptedWith(secrets[0], stored);
}
