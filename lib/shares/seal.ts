/**
 * Safe in the browser, and meant for it: what encrypts a token before it leaves the sender's browser, and
 * decrypts it in the receiver's. AES-256-GCM (NIST SP 800-38D) under a key of 256 random bits that only the
 * link's fragment holds, which browsers send to no server.
 */
export interface SealedToken {
  /** Names the share. Made from the key, so that a link that lost part of it is noticed before it is used up. */
  id: string;
  /** 12 bytes of nonce, the encrypted token, and 16 bytes of tag; in base64url. */
  ciphertext: string;
  /** The key in base64url: 43 characters. */
  fragment: string;
}

const nonceBytes = 12;
const keyBytes = 32;

/** Whether this browser encrypts here: it does on https and on localhost alone. */
export function canSeal(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A UUIDv8 (RFC 9562 §5.8) of the key's digest. It tells nothing of a key that has 256 random bits. */
async function idOf(key: Uint8Array<ArrayBuffer>): Promise<string> {
  const label = utf8("flowlatch share id\n");
  const input = new Uint8Array([...label, ...key]);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", input)).slice(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The id is authenticated too: a ciphertext that was stored under another share's id does not open. */
function algorithmOf(id: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: utf8(`flowlatch share ${id}`) };
}

async function importKey(key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Encrypts a token under a new key. */
export async function sealToken(token: string): Promise<SealedToken> {
  const key = crypto.getRandomValues(new Uint8Array(keyBytes));
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const id = await idOf(key);
  const sealed = await crypto.subtle.encrypt(algorithmOf(id, nonce), await importKey(key), utf8(token));
  const ciphertext = toBase64Url(new Uint8Array([...nonce, ...new Uint8Array(sealed)]));
  return { id, ciphertext, fragment: toBase64Url(key) };
}

/** Whether a link's fragment is the whole key of this share. */
export async function fitsShare(id: string, fragment: string): Promise<boolean> {
  return /^[\w-]{43}$/.test(fragment) && (await idOf(fromBase64Url(fragment))) === id.toLowerCase();
}

/**
 * Decrypts a share's token.
 * @throws when the ciphertext is not what was sealed with this key under this id
 */
export async function openSealed({ id, ciphertext, fragment }: SealedToken): Promise<string> {
  const bytes = fromBase64Url(ciphertext);
  const key = await importKey(fromBase64Url(fragment));
  const algorithm = algorithmOf(id.toLowerCase(), bytes.slice(0, nonceBytes));
  return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, bytes.slice(nonceBytes)));
}
