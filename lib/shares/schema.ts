import { z } from "zod";

export const shareTokenSchema = z.object({
  /** The browser's, see lib/shares/seal.ts. */
  id: z.guid("That is not a share id."),
  apiKeyId: z.guid("That is not a key id."),
  /** Of the token that was encrypted: only the key's present token is worth sharing. */
  lastFour: z.string().regex(/^[0-9A-Za-z]{4}$/, "Give the token's last four characters."),
  /** Of a token it has 108 characters of base64url. */
  ciphertext: z.string().regex(/^[\w-]{108}$/, "That is not an encrypted token."),
});

export const openShareSchema = z.object({ id: z.guid("That is not a share id.") });
