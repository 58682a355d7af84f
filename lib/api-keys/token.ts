import { createHmac, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * A token is `flk_`, 43 base62 characters that hold 256 random bits, and 6 base62 characters of
 * CRC-32 over all before: 53 characters, one double-click, recognisable offline as
 * `flk_[0-9A-Za-z]{49}`.
 */
const prefix = "flk_";
const bodyLength = 43;
const checksumLength = 6;
const shape = /^flk_[0-9A-Za-z]{49}$/;
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

declare const tokenBrand: unique symbol;
/** A bearer string whose shape and checksum are right. Whether anybody issued it, only the database knows. */
export type Token = string & { readonly [tokenBrand]: true };

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = "";
  while (text.length < length) {
    text = alphabet.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength);
}

/** A new token from 32 bytes of the operating system's CSPRNG. */
export function generateToken(): Token {
  const body = base62(BigInt(`0x${randomBytes(32).toString("hex")}`), bodyLength);
  return (prefix + body + checksum(prefix + body)) as Token;
}

/** The token if shape and checksum are right, else null. Costs about a microsecond and no SQL. */
export function parseToken(value: string): Token | null {
  if (!shape.test(value)) return null;
  const payload = value.slice(0, -checksumLength);
  return value.slice(-checksumLength) === checksum(payload) ? (value as Token) : null;
}

/** What is kept of a token in clear, to tell keys apart. */
export function lastFourOf(token: Token): string {
  return token.slice(-4);
}

/**
 * What is stored instead of a token: HMAC-SHA-256 (RFC 2104) under the pepper, 32 bytes. A 256-bit
 * random token cannot be guessed from its digest, so it needs no slow hash; the pepper makes a
 * stolen table useless for checking tokens found elsewhere.
 */
export function digestToken(token: Token, pepper: string): Buffer {
  return createHmac("sha256", pepper).update(token).digest();
}
