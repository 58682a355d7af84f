import { createHmac, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * A token of ours is `flk_`, 43 base62 characters that hold 256 random bits, and 6 base62 characters of
 * CRC-32 over all before: 53 characters, one double-click, recognisable offline as
 * `flk_[0-9A-Za-z]{49}`.
 */
const prefix = "flk_";
const bodyLength = 43;
const checksumLength = 6;
const shape = /^flk_[0-9A-Za-z]{49}$/;
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A token that Flowise issued and that was imported: `randomBytes(32).toString("base64url")`, 43 characters
 * (RFC 4648 §5) without prefix or checksum (Flowise 3.1.4, `generateAPIKey` in utils/apiKey.ts). The last
 * one stands for 4 bits and not 6, so it is one of 16: three in four texts of this length are none.
 */
const flowiseShape = /^[0-9A-Za-z_-]{42}[AEIMQUYcgkosw048]$/;

/** Who issued a token: null for this server. */
export type TokenSource = "flowise";

declare const tokenBrand: unique symbol;
/**
 * A bearer string of one of the two shapes, with a right checksum where the shape has one. Whether anybody
 * issued it, only the database knows.
 */
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
  if (flowiseShape.test(value)) return value as Token;
  if (!shape.test(value)) return null;
  const payload = value.slice(0, -checksumLength);
  return value.slice(-checksumLength) === checksum(payload) ? (value as Token) : null;
}

/** Who issued a token, which its shape tells. */
export function sourceOf(token: Token): TokenSource | null {
  return flowiseShape.test(token) ? "flowise" : null;
}

/** What is kept of a token in clear, to tell keys apart. Of a Flowise token 22 of its 256 random bits. */
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

/** What tells peppers apart in the database without telling anything of them: 32 bits of a MAC, as hex. */
export function pepperIdOf(pepper: string): string {
  return createHmac("sha256", pepper).update("flowlatch pepper id").digest("hex").slice(0, 8);
}
